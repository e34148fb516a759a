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
