internal import ActivityJSON

extension Operation {
    /// Bodies to drafts.
    static let parsing = [
        Operation(name: "parse-1", title: "parse one event, 110 bytes", count: 1_000) {
            try parse(SampleBody.event, format: .json, count: $0)
        },
        Operation(name: "parse-1000-ndjson", title: "parse 1,000 events, NDJSON", count: 10) {
            try parse(SampleBody.ndjson(1_000), format: .ndjson, count: $0)
        },
        Operation(name: "parse-1000-array", title: "parse 1,000 events, JSON array", count: 10) {
            try parse(SampleBody.array(1_000), format: .json, count: $0)
        },
    ]

    private static func parse(_ body: [UInt8], format: EventFormat, count: Int) throws -> Int {
        var parser = EventParser()
        var sum = 0
        for _ in 0..<count {
            try parser.parse(body.span, format: format, workspace: .member)
            sum &+= parser.events.count &+ parser.bytes.count
        }
        return sum
    }
}
