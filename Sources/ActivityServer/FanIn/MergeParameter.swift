internal import ByteBuffers

/// The query parameters of a merged read. A parameter that is not a case here does not exist: it is refused by name.
enum MergeParameter: String, QueryParameter {
    case workspaces
    case limit
    case kind
    case sinceSecs = "since_secs"
    /// Of a stream only.
    case since

    init?(_ name: Span<UInt8>) {
        guard let parameter = Self.allCases.first(where: { name.equals($0.rawValue.utf8.span) }) else { return nil }
        self = parameter
    }

    var bit: UInt16 {
        switch self {
        case .workspaces: 1
        case .limit: 2
        case .kind: 4
        case .sinceSecs: 8
        case .since: 16
        }
    }
}
