import MicroHTTP

/// Why the daemon did not start.
enum DaemonError: Error, CustomStringConvertible {
    /// An address cannot be bound, or the kernel lacks something.
    case cannotServe(HTTPServerError)
    /// The system has no thread or no descriptor left for the live readers' loops.
    case cannotStartThreads

    var description: String {
        switch self {
        case .cannotServe(let error): "cannot serve: \(error)"
        case .cannotStartThreads: "cannot serve: no thread or no descriptor is left"
        }
    }
}
