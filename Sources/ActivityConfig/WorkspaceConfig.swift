package import ActivityLog

/// One entry of the `workspaces` section: an override for the ids that a pattern covers.
package struct WorkspaceConfig: Sendable, Equatable {
    /// The ids that it covers.
    package let pattern: WorkspacePattern
    /// How their logs are kept, complete: keys that the entry leaves out have been inherited.
    package let eventLog: EventLogConfig

    /// Pairs a pattern with its settings.
    package init(pattern: WorkspacePattern, eventLog: EventLogConfig) {
        self.pattern = pattern
        self.eventLog = eventLog
    }
}
