import ActivityLog
import TestSupport
import Testing

@Suite struct WorkspaceIDTests {
    @Test(arguments: ["a", "A-Z_0.9~", "...", "..a", String(repeating: "x", count: 128)])
    func aValidIdIsAccepted(id: String) {
        #expect(WorkspaceID.accepts(id))
    }

    @Test(arguments: ["", ".", "..", "a/b", "a b", "a%2Fb", "é", "a\0b", "a\n", String(repeating: "x", count: 129)])
    func anInvalidIdIsRefused(id: String) {
        #expect(!WorkspaceID.accepts(id))
    }
}
