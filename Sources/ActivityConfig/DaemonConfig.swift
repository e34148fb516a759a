package import ActivityLog

/// Everything that an operator can set, typed and in range. Mirrors the configuration file section by section.
///
/// The initial value of each property is the default of its key, and the only place where that default stands:
/// ``ConfigSchema`` reads it from here. Adding a key is one property and one row there.
package struct DaemonConfig: Sendable, Equatable {
    /// Sockets, limits and timeouts.
    package var server = ServerConfig()
    /// What the daemon tells about itself, and how it keeps logs unless a workspace says otherwise.
    package var observability = ObservabilityConfig()
    /// The overrides for some workspaces, in the order of the file, which means nothing: the most specific wins.
    package var workspaces: [WorkspaceConfig] = []

    /// All defaults.
    package init() {}

    /// Which policy applies to which workspace. O(overrides × log overrides): ask once, at the start.
    package var eventLogs: LogPolicies {
        LogPolicies(
            fallback: observability.eventLog.policy,
            rules: workspaces.map { LogPolicies.Rule(pattern: $0.pattern, policy: $0.eventLog.policy) })
    }
}

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
