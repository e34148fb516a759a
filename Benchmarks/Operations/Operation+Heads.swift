internal import MicroHTTP

extension Operation {
    /// Request heads, as libmicrohttpd leaves them.
    static let heads = [
        Operation(name: "head-append", title: "check the head of an append, 4 headers", count: 1_000) {
            try check(.append(SampleBody.event), count: $0)
        },
        Operation(name: "head-browser", title: "check the head of a browser's poll, 13 headers", count: 1_000) {
            try check(.browserPoll, count: $0)
        },
    ]

    private static func check(_ request: SampleRequest, count: Int) throws -> Int {
        var head = RequestHead()
        var sum = 0
        for _ in 0..<count {
            if let defect = request.check(&head) { throw Failure.head("\(defect)") }
            sum &+= head.fields.contains(.host) ? 1 : 0
        }
        return sum
    }
}
