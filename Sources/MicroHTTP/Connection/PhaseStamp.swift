/// A phase and the tick at which it began, in one word, so that a single atomic swap decides between worker and sweeper.
struct PhaseStamp: Equatable {
    /// The packed form: milliseconds in the upper 61 bits.
    let word: UInt64

    /// Packs a phase that began at `milliseconds` of the server's clock.
    init(_ phase: ConnectionPhase, at milliseconds: UInt64) { word = milliseconds << 3 | phase.rawValue }

    /// Unpacks `word`.
    init(word: UInt64) { self.word = word }

    var phase: ConnectionPhase {
        guard let phase = ConnectionPhase(rawValue: word & 7) else { preconditionFailure("not a packed phase") }
        return phase
    }

    var milliseconds: UInt64 { word >> 3 }
}
