/// Reads one YAML document into a tree.
///
/// Strict where a file of settings should be: one document, no key twice in one mapping, no alias that leads into
/// itself. O(length of the text) in time and memory, whatever aliases stand for.
struct YAMLParser: ~Copyable {
    /// The most levels of nodes, counted through aliases. A chain of aliases gets past libyaml's own limit on
    /// brackets, and what walks or frees the tree calls itself at each level.
    static let maxHeight = 256

    private var events: YAMLEventReader
    private var anchors: [String: YAMLNode] = [:]

    private init(_ text: String) throws(YAMLError) {
        events = try YAMLEventReader(text)
    }

    /// The root of the document in `text`; nil when there is none, as in an empty text.
    static func parse(_ text: String) throws(YAMLError) -> YAMLNode? {
        var parser = try YAMLParser(text)
        return try parser.document()
    }

    private mutating func document() throws(YAMLError) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd: return root
            case .documentStart:
                if root != nil { throw .anotherDocument(at: event.mark) }
                root = try node(from: try events.next(), depth: 1)
            // The beginning of the stream and the end of the document; nothing else stands between documents.
            default: continue
            }
        }
    }

    /// The node that begins with `event`, `depth` levels below the document.
    private mutating func node(from event: YAMLEventReader.Event, depth: Int) throws(YAMLError) -> YAMLNode {
        guard depth <= Self.maxHeight else { throw .tooDeep(at: event.mark) }
        let content: YAMLNode.Content
        let anchor: String?
        switch event.kind {
        case .alias(let name):
            // An anchor is known once its node is complete, so no node can hold itself.
            guard let target = anchors[name] else { throw .undefinedAlias(at: event.mark) }
            guard depth + target.height - 1 <= Self.maxHeight else { throw .tooDeep(at: event.mark) }
            return target
        case .scalar(let scalar, let name): (content, anchor) = (.scalar(scalar), name)
        case .sequenceStart(let name): (content, anchor) = (.sequence(try sequence(depth: depth)), name)
        case .mappingStart(let name): (content, anchor) = (.mapping(try mapping(depth: depth)), name)
        // libyaml's grammar lets no other event begin a node.
        default: (content, anchor) = (.scalar(YAMLScalar(text: "", style: .plain)), nil)
        }
        let node = YAMLNode(content, at: event.mark)
        // A later anchor of the same name replaces the earlier one (YAML 1.1 section 3.2.2.2).
        if let anchor { anchors[anchor] = node }
        return node
    }

    private mutating func sequence(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var nodes: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { return nodes }
            nodes.append(try node(from: event, depth: depth + 1))
        }
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var places: [String: YAMLMark] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { return entries }
            let key = try node(from: event, depth: depth + 1)
            // Keys that are lists or maps are not compared: nothing takes them, and comparing walks through aliases.
            if let name = key.scalar?.text, let first = places.updateValue(event.mark, forKey: name) {
                throw .duplicateKey(name, first: first, second: event.mark)
            }
            entries.append(YAMLEntry(key: key, value: try node(from: try events.next(), depth: depth + 1)))
        }
    }
}
