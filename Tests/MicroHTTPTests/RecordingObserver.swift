import ByteBuffers
import MicroHTTP
import Synchronization
import TestSupport

/// Keeps what a server tells its observer.
final class RecordingObserver: HTTPObserver {
    struct Record: Equatable, CustomStringConvertible {
        var request: String
        var status: UInt16
        var bodyBytes: Int
        var ending: HTTPRecord.Ending
        var tag: Int

        var description: String { "\(request) \(status) \(bodyBytes) \(ending) tag \(tag)" }
    }

    private let state = Mutex<[Record]>([])

    func requestEnded(_ record: borrowing HTTPRecord) {
        let copy = Record(
            request: "\(record.method.text) \(record.target.text)", status: record.status, bodyBytes: record.bodyBytes,
            ending: record.ending, tag: record.exchange?.tag ?? -1)
        state.withLock { $0.append(copy) }
    }

    /// All so far.
    var records: [Record] { state.withLock { $0 } }

    /// Waits for `count` records and returns all there are.
    func wait(for count: Int) -> [Record] {
        _ = eventually { records.count >= count }
        return records
    }
}
