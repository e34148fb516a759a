internal import Yams

/// An entry of a map: a key that is text, and its value.
struct ConfigEntry {
    /// The key.
    let key: String
    /// Where the key stands.
    let place: ConfigPlace
    /// The value.
    let node: Node

    /// The value as a key of the schema takes it.
    var input: ConfigInput { node.input(at: place) }
}

extension Node {
    /// Where the node begins; `fallback` for one that was not in the text.
    func place(or fallback: ConfigPlace) -> ConfigPlace {
        guard let mark else { return fallback }
        return .source(line: mark.line, column: mark.column, token: scalar?.string ?? "")
    }

    /// Whether it stands for nothing: an empty document or value, `~` or `null` (YAML 1.1, tag:yaml.org,2002:null).
    var isNothing: Bool {
        guard let scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    fileprivate func input(at key: ConfigPlace) -> ConfigInput {
        let place = place(or: key)
        return switch self {
        case .scalar(let scalar): isNothing ? .nothing(place) : .text(scalar.string, place)
        case .sequence(let nodes): .list(nodes.map { $0.item(at: place) }, place)
        case .mapping, .alias: .map(place)
        }
    }

    /// An item of a list. No key takes a list in a list, so what is in there is not looked at.
    private func item(at list: ConfigPlace) -> ConfigInput {
        if case .sequence = self { return .list([], place(or: list)) }
        return input(at: list)
    }
}
