/// Which policy applies to which workspace: a default, and overrides by id or glob of which the most specific wins.
package struct LogPolicies: Sendable, Equatable {
    /// One override.
    package struct Rule: Sendable, Equatable {
        /// The ids that it covers.
        package let pattern: WorkspacePattern
        /// How the logs of these workspaces are kept.
        package let policy: LogPolicy

        /// Pairs a pattern with its policy.
        package init(pattern: WorkspacePattern, policy: LogPolicy) {
            self.pattern = pattern
            self.policy = policy
        }
    }

    /// What applies where no rule matches.
    package let fallback: LogPolicy
    /// The overrides, the most specific first.
    package let rules: [Rule]

    /// Makes the table; the order of `rules` does not matter.
    package init(fallback: LogPolicy = LogPolicy(), rules: [Rule] = []) {
        self.fallback = fallback
        self.rules = rules.sorted { $0.pattern.isMoreSpecific(than: $1.pattern) }
    }

    /// The policy of the workspace with this id. O(rules); asked once, when the workspace is created.
    package func policy(for id: Span<UInt8>) -> LogPolicy {
        for rule in rules where rule.pattern.matches(id) { return rule.policy }
        return fallback
    }

    /// The stores that the policies name, each as what stands in for it in this build.
    package var kinds: Set<BackendKind> {
        Set([fallback.backend.substitute] + rules.map(\.policy.backend.substitute))
    }

    /// Whether a rule names this very id.
    package func name(_ id: Span<UInt8>) -> Bool {
        rules.contains { $0.pattern.isExact && $0.pattern.matches(id) }
    }
}
