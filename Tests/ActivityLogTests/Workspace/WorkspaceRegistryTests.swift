import ActivityLog
import TestSupport
import Testing

@Suite struct WorkspaceRegistryTests {
    let clock = ManualClock()

    func makeRegistry(policies: LogPolicies = LogPolicies(), limit: Int = 1000) -> WorkspaceRegistry {
        WorkspaceRegistry(policies: policies, limit: limit, clock: clock)
    }

    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func aWorkspaceIsMadeOnDemandAndFoundAgain() throws {
        let registry = makeRegistry()
        #expect(registry.find("a") == nil)
        let made = try registry.findOrCreate("a")
        #expect(registry.find("a") === made)
        #expect(try registry.findOrCreate("a") === made)
        #expect(registry.count == 1)
    }

    @Test func manyWorkspacesAreAllFound() throws {
        let registry = makeRegistry(limit: 20_000)
        for index in 0..<10_000 { _ = try registry.findOrCreate("workspace-\(index)") }
        for index in 0..<10_000 {
            #expect(registry.find("workspace-\(index)")?.id == bytes("workspace-\(index)"))
        }
        #expect(registry.count == 10_000)
        #expect(registry.find("workspace-10000") == nil)
    }

    @Test func theLimitRefusesANewWorkspaceAndServesTheOldOnes() throws {
        let registry = makeRegistry(limit: 2)
        _ = try registry.findOrCreate("a")
        _ = try registry.findOrCreate("b")
        #expect(throws: EventLogError.tooManyWorkspaces(limit: 2)) { try registry.findOrCreate("c") }
        _ = try registry.findOrCreate("a")
        #expect(registry.count == 2)
    }

    @Test func severalWorkspacesAreMadeTogetherOrNotAtAll() throws {
        let registry = makeRegistry(limit: 3)
        let first = ["a", "b"]
        #expect(try registry.findOrCreate(first).map(\.id) == first.map(bytes))
        let tooMany = ["b", "c", "d"]
        #expect(throws: EventLogError.tooManyWorkspaces(limit: 3)) {
            try registry.findOrCreate(tooMany)
        }
        #expect(registry.count == 2)
        #expect(registry.find("c") == nil)
        let fits = ["b", "c"]
        #expect(try registry.findOrCreate(fits).count == 2)
        #expect(registry.count == 3)
    }

    @Test func racingCreationsMakeOneWorkspaceAndKeepTheCount() async throws {
        let registry = makeRegistry(limit: 100)
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for index in 0..<50 { _ = try registry.findOrCreate("w\(index)") }
                    let ids = (50..<100).map { "w\($0)" }
                    _ = try registry.findOrCreate(ids)
                }
            }
        }
        #expect(registry.count == 100)
        for index in 0..<100 { #expect(registry.find("w\(index)") != nil) }
    }

    @Test func theMostSpecificPolicyMakesTheLog() throws {
        let policies = LogPolicies(
            fallback: LogPolicy(bounds: LogBounds(maxEntries: 5)),
            rules: [
                .init(
                    pattern: try #require(WorkspacePattern("team-*")),
                    policy: LogPolicy(bounds: LogBounds(maxEntries: 2))),
                .init(pattern: try #require(WorkspacePattern("team-quiet")), policy: LogPolicy(backend: .disabled)),
            ])
        let registry = makeRegistry(policies: policies)
        func resident(_ id: String) throws -> Int {
            let log = try registry.findOrCreate(id).log
            for _ in 0..<9 { try log.append("a") }
            return try log.stats().count
        }
        #expect(try resident("other") == 5)
        #expect(try resident("team-a") == 2)
        #expect(try resident("team-quiet") == 0)
    }

    @Test func aSweepEmptiesExpiredLogs() throws {
        let registry = makeRegistry(policies: LogPolicies(fallback: LogPolicy(bounds: LogBounds(ttlSeconds: 1))))
        let workspaces = try (0..<600).map { try registry.findOrCreate("w\($0)") }
        for workspace in workspaces { try workspace.log.append("a") }
        let slice = try #require(try workspaces[0].log.page().slices.isEmpty ? nil : workspaces[0].log.page().slices[0])
        clock.advance(seconds: 1)
        registry.evictExpired()
        #expect(slice.count == 1)
        for workspace in workspaces { #expect(try workspace.log.stats().count == 0) }
    }
}
