/// How one log is kept: where, and how much of it.
package struct LogPolicy: Sendable, Equatable {
    /// Where its events are kept.
    package var backend: BackendKind
    /// How many of them.
    package var bounds: LogBounds

    /// Makes a policy: in memory with the default bounds unless told otherwise.
    package init(backend: BackendKind = .memory, bounds: LogBounds = LogBounds()) {
        self.backend = backend
        self.bounds = bounds
    }
}
