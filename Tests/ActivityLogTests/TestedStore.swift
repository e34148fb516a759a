import ActivityLog
import TestSupport

/// The stores that the contract is held against: those of this target, behind the logs of a process or not, and one whose
/// answers all come later.
enum TestedStore: CaseIterable {
    case memory, disabled, routed, late

    /// A new store.
    func make(_ policies: LogPolicies, maxWorkspaces: Int = 1000, clock: ManualClock) -> any EventStore {
        switch self {
        case .memory:
            return MemoryStore(policies: policies, maxWorkspaces: maxWorkspaces, clock: clock, topics: LogTopics())
        case .disabled: return DisabledStore(clock: clock)
        case .routed: return EventLogs(policies: policies, maxWorkspaces: maxWorkspaces, clock: clock)
        case .late:
            let answers = TestAnswers(.later)
            let memory = MemoryStore(
                policies: policies, maxWorkspaces: maxWorkspaces, clock: clock, topics: LogTopics())
            answers.deliversByItself = true
            return TestStore(memory, answers: answers)
        }
    }
}
