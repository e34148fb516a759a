/// Something the core does, set up so that it can be repeated in a steady state.
struct Operation: Sendable {
    /// Its name in the thresholds.
    let name: String
    /// What one of it is, for the table.
    let title: String
    /// How often to run it, so that what happens now and then has its share: a multiple of 256 where a log is appended
    /// to, since that is when a segment begins.
    let count: Int
    /// Prepares, runs the operation as often as it is told, and returns a number that depends on all results.
    let run: @Sendable (Int) throws -> Int

    /// Why a run means nothing.
    enum Failure: Error {
        /// A reply of another status than that of the operation.
        case status(UInt16)
        /// A page of another number of events.
        case page(Int)
        /// A request head that was refused.
        case head(String)
    }

    /// All of them, in the order of the table.
    static let all = parsing + logs + heads + responses
}
