/// Why a text is not one YAML document that can be used.
enum YAMLError: Error, Equatable {
    /// What libyaml found: its words, and its context (`while parsing a flow sequence`) with the line of that.
    case syntax(problem: String, context: Context?, at: YAMLMark)
    /// An alias without an anchor before it, or within the node of its anchor, which would never end.
    case undefinedAlias(at: YAMLMark)
    /// A key that its mapping has already. The marks are those of the two keys.
    case duplicateKey(String, first: YAMLMark, second: YAMLMark)
    /// A second document.
    case anotherDocument(at: YAMLMark)
    /// More than ``YAMLParser/maxHeight`` levels, counted through aliases.
    case tooDeep(at: YAMLMark)
    /// libyaml got no memory.
    case outOfMemory

    /// What libyaml was doing, and since which line.
    struct Context: Equatable {
        let text: String
        let line: Int
    }
}
