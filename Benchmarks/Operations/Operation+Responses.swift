internal import ActivityLog
internal import ActivityServer
internal import ByteBuffers
internal import MicroHTTP

extension Operation {
    /// A whole request as a worker hands it over, up to the finished response: all of it but libmicrohttpd and the kernel.
    static let responses = [
        Operation(name: "respond-append", title: "answer an append of one event", count: 2_560) {
            try respond(to: .append(SampleBody.event), status: 201, count: $0)
        },
        Operation(name: "respond-append-1000", title: "answer an append of 1,000 events, NDJSON", count: 32) {
            try respond(to: .append(SampleBody.ndjson(1_000), type: "application/x-ndjson"), status: 201, count: $0)
        },
        Operation(name: "respond-poll-304", title: "answer a poll with nothing new, If-None-Match", count: 1_000) {
            let responder = try SampleResponder(resident: 10_000)
            let tag = try responder.entityTag(of: .poll(since: 10_000))
            return try respond(with: responder, to: .poll(since: 10_000, ifNoneMatch: tag), status: 304, count: $0)
        },
        Operation(name: "respond-poll-0", title: "answer a poll with nothing new", count: 1_000) {
            try respond(to: .poll(since: 10_000), status: 200, count: $0)
        },
        Operation(name: "respond-poll-1", title: "answer a poll of 1 event", count: 1_000) {
            try respond(to: .poll(since: 9_999), status: 200, count: $0)
        },
        Operation(name: "respond-poll-100", title: "answer a poll of 100 events", count: 1_000) {
            try respond(to: .poll(since: 9_900), status: 200, count: $0)
        },
        Operation(name: "respond-poll-10000", title: "answer a poll of 10,000 events", count: 100) {
            try respond(to: .poll(since: 0), status: 200, count: $0)
        },
    ]

    private static func respond(to request: SampleRequest, status: UInt16, count: Int) throws -> Int {
        try respond(with: SampleResponder(resident: 10_000), to: request, status: status, count: count)
    }

    private static func respond(
        with responder: SampleResponder, to request: SampleRequest, status: UInt16, count: Int
    ) throws -> Int {
        var response = HTTPResponse()
        var head = RequestHead()
        _ = request.check(&head)
        let exchange = HTTPExchange(peer: .local)
        var sum = 0
        for _ in 0..<count {
            response.reset()
            responder.respond(to: request, head: head, with: &response, exchange: exchange)
            guard response.status == status else { throw Failure.status(response.status) }
            sum &+= response.bodyCount
        }
        return sum
    }
}
