internal import ByteBuffers

/// The query parameters of a read. A parameter that is not a case here does not exist: it is refused by name.
enum ReadParameter: String, QueryParameter {
    case since
    case limit
    case before
    case order
    case kind
    case sinceSecs = "since_secs"
    case strict
    case wait

    init?(_ name: Span<UInt8>) {
        // Literals, not `rawValue`: this runs for each parameter of each request.
        if name.equals("since") {
            self = .since
        } else if name.equals("limit") {
            self = .limit
        } else if name.equals("before") {
            self = .before
        } else if name.equals("order") {
            self = .order
        } else if name.equals("kind") {
            self = .kind
        } else if name.equals("since_secs") {
            self = .sinceSecs
        } else if name.equals("strict") {
            self = .strict
        } else if name.equals("wait") {
            self = .wait
        } else {
            return nil
        }
    }

    var bit: UInt16 {
        switch self {
        case .since: 1
        case .limit: 2
        case .before: 4
        case .order: 8
        case .kind: 16
        case .sinceSecs: 32
        case .strict: 64
        case .wait: 128
        }
    }
}
