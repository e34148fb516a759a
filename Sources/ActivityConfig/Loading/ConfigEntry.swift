/// An entry of a map: a key that is text, and its value.
struct ConfigEntry {
    /// The key.
    let key: String
    /// Where the key stands.
    let place: ConfigPlace
    /// The value.
    let node: YAMLNode

    /// The value as a key of the schema takes it.
    var input: ConfigInput { node.input }
}

extension YAMLNode {
    /// Where the node begins.
    var place: ConfigPlace { .source(line: mark.line, column: mark.column, token: scalar?.text ?? "") }

    /// Whether it stands for nothing: an empty document or value, `~` or `null` (YAML 1.1, tag:yaml.org,2002:null).
    var isNothing: Bool {
        guard let scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    fileprivate var input: ConfigInput {
        switch content {
        case .scalar(let scalar): isNothing ? .nothing(place) : .text(scalar.text, place)
        case .sequence(let nodes): .list(nodes.map(\.item), place)
        case .mapping: .map(place)
        }
    }

    /// An item of a list. No key takes a list in a list, so what is in there is not looked at.
    private var item: ConfigInput {
        if case .sequence = content { .list([], place) } else { input }
    }
}

/// What was written for a key, in the file, in the environment or on the command line.
enum ConfigInput {
    /// Nothing (`key:`, `key: ~`): as if the key were absent.
    case nothing(ConfigPlace)
    /// A scalar.
    case text(String, ConfigPlace)
    /// A list; one level is all that any key takes.
    case list([ConfigInput], ConfigPlace)
    /// A map.
    case map(ConfigPlace)

    /// Where it stands.
    var place: ConfigPlace {
        switch self {
        case .nothing(let place), .text(_, let place), .list(_, let place), .map(let place): place
        }
    }

    /// Its kind, for messages.
    var noun: String {
        switch self {
        case .nothing: "empty"
        case .text: "a value"
        case .list: "a list"
        case .map: "a map"
        }
    }
}
