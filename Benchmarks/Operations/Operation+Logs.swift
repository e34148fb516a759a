internal import ActivityLog
internal import ByteBuffers

extension Operation {
    /// Drafts into logs, pages out of them, and how a log is found.
    static let logs = [
        Operation(name: "log-append", title: "append to a full log of 10,000 events", count: 2_560) {
            try append(resident: 10_000, count: $0)
        },
        Operation(name: "log-append-sealed", title: "append to a full log of 40,000 events, most sealed", count: 2_560)
        {
            try append(resident: 40_000, count: $0)
        },
        Operation(name: "log-query-unchanged", title: "query a version that is still the log's", count: 1_000) {
            let log = try SampleLog(resident: 10_000)
            let known = try log.page(EventQuery(limit: 0)).version
            return try query(log, EventQuery(after: .id(10_000), limit: 10_000, known: known), events: 0, count: $0)
        },
        Operation(name: "log-query-0", title: "query nothing new", count: 1_000) {
            try query(newest: 0, of: 10_000, count: $0)
        },
        Operation(name: "log-query-1", title: "query 1 event", count: 1_000) {
            try query(newest: 1, of: 10_000, count: $0)
        },
        Operation(name: "log-query-100", title: "query 100 events", count: 1_000) {
            try query(newest: 100, of: 10_000, count: $0)
        },
        Operation(name: "log-query-10000", title: "query 10,000 events", count: 500) {
            try query(newest: 10_000, of: 10_000, count: $0)
        },
        Operation(name: "log-query-sealed-100", title: "query the oldest 100 of 40,000 events, sealed", count: 50) {
            try query(SampleLog(resident: 40_000), EventQuery(after: .id(0), limit: 100), events: 100, count: $0)
        },
        Operation(name: "workspace-find", title: "find one of 10,000 workspaces", count: 10_000) { count in
            let store = MemoryStore(
                policies: LogPolicies(), maxWorkspaces: 10_000, clock: FixedClock(), topics: LogTopics())
            let ids = (0..<10_000).map { Array("workspace-\($0)".utf8) }
            for id in ids { _ = try SampleLog.append(to: store, id.span) }
            var found = 0
            for index in 0..<count {
                let id = ids[index % ids.count]
                if store.find(id.span) != nil { found &+= 1 }
            }
            return found
        },
    ]

    private static func append(resident: Int, count: Int) throws -> Int {
        let log = try SampleLog(resident: resident)
        var last = 0
        for _ in 0..<count { last = try log.appendOne() }
        return last
    }

    private static func query(newest: Int, of resident: Int, count: Int) throws -> Int {
        let query = EventQuery(after: .id(resident - newest), limit: 10_000)
        return try self.query(SampleLog(resident: resident), query, events: newest, count: count)
    }

    private static func query(_ log: SampleLog, _ query: EventQuery, events: Int, count: Int) throws -> Int {
        var sum = 0
        for _ in 0..<count {
            let page = try log.page(query)
            guard page.count == events else { throw Failure.page(page.count) }
            sum &+= page.next
        }
        return sum
    }
}
