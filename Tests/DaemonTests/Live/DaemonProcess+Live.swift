import Foundation
import TestSupport

extension DaemonProcess {
    /// Streams begun and requests parked since the start. Needs `log_level: debug`.
    var requestsAnsweredLater: Int { process.errors.components(separatedBy: " status=later").count - 1 }
}
