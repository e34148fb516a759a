import ActivityLog
import Testing

@Suite struct BackendKindTests {
    @Test(arguments: [
        ("memory", BackendKind.memory), ("disabled", .disabled), ("off", .disabled), ("none", .disabled),
        ("no", .disabled), ("false", .disabled), ("False", .disabled),
        ("sqlite", .sqlite), ("redis", .redis), (" Memory\t", .memory), ("OFF", .disabled), ("SQLite", .sqlite),
    ])
    func aNameIsReadWhateverItsCaseAndTheSpaceAroundIt(_ name: String, _ kind: BackendKind) {
        #expect(BackendKind(name: name) == kind)
    }

    @Test(arguments: ["", " ", "memroy", "mem ory", "memory2", "true"])
    func aNameThatNoBackendHasIsNone(_ name: String) {
        #expect(BackendKind(name: name) == nil)
    }

    @Test(arguments: BackendKind.allCases)
    func whatStandsForAKindStandsForItself(_ kind: BackendKind) {
        #expect(kind.substitute.substitute == kind.substitute)
    }
}
