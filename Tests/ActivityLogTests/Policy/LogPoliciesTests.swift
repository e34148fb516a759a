import ActivityLog
import Testing

@Suite struct LogPoliciesTests {
    @Test func withoutRulesTheFallbackApplies() throws {
        let fallback = LogPolicy(backend: .disabled)
        #expect(LogPolicies(fallback: fallback).policy("a") == fallback)
    }

    @Test(arguments: [("ci-7", 3), ("ci-8", 2), ("x", 1)])
    func theMostSpecificRuleWinsWhateverItsPlace(_ id: String, _ maxEntries: Int) throws {
        let rules = try [("*", 1), ("ci-7", 3), ("ci-*", 2)].map { text, maxEntries in
            LogPolicies.Rule(
                pattern: try #require(WorkspacePattern(text)),
                policy: LogPolicy(bounds: LogBounds(maxEntries: maxEntries)))
        }
        #expect(LogPolicies(rules: rules).policy(id).bounds.maxEntries == maxEntries)
        #expect(LogPolicies(rules: rules.reversed()).policy(id).bounds.maxEntries == maxEntries)
    }
}

extension LogPolicies {
    fileprivate func policy(_ id: String) -> LogPolicy {
        let bytes = Array(id.utf8)
        return policy(for: bytes.span)
    }
}
