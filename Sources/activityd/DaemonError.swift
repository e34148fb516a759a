import Glibc
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

    /// The errno of it, 0 where there is none.
    var code: Int32 {
        switch self {
        case .cannotServe(.system(_, _, let code)): code
        case .cannotServe, .cannotStartThreads: 0
        }
    }

    /// The exit status. What only another configuration can mend is a mistake of the configuration; what may go by
    /// itself, as an address in use or not there yet, is worth another start.
    var exitStatus: Int32 {
        switch self {
        case .cannotServe(.notASocket), .cannotServe(.invalidPath), .cannotServe(.invalidHost): ExitStatus.configuration
        case .cannotServe where code == EACCES: ExitStatus.configuration
        case .cannotServe, .cannotStartThreads: ExitStatus.failure
        }
    }
}

/// The exit statuses of `activityd serve`, besides 0 and those of signals.
enum ExitStatus {
    /// The daemon cannot start or go on as things are; another start may succeed.
    static let failure: Int32 = 1
    /// A mistake of the configuration (EX_CONFIG of sysexits.h): the same start would only repeat it.
    static let configuration: Int32 = 78
}
