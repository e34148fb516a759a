import MicroHTTP

/// Why the daemon did not start.
enum DaemonError: Error, CustomStringConvertible {
    /// An address cannot be bound, or the kernel lacks something.
    case cannotServe(HTTPServerError)

    var description: String {
        switch self {
        case .cannotServe(let error): "cannot serve: \(error)"
        }
    }
}
