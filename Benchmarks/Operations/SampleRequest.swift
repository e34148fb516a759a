internal import ByteBuffers
internal import MicroHTTP

/// A request as it lies in libmicrohttpd's buffer, and where the library found its parts.
struct SampleRequest {
    private let head: [UInt8]
    private let method: [UInt8]
    private let target: [UInt8]
    private let layout: HeadLayout
    private let lines: [HeadField]
    private let body: [UInt8]

    private init(_ method: String, _ target: String, _ headers: [(String, String)], body: [UInt8] = []) {
        // The library writes NUL over the separators of the request line and over the first byte of each line's end.
        var head = Array("\(method)\0\(target)\0HTTP/1.1\0\n".utf8)
        layout = HeadLayout(
            methodCount: method.utf8.count, targetOffset: method.utf8.count + 1,
            versionOffset: method.utf8.count + target.utf8.count + 2, versionCount: 8)
        lines = ([("Host", "127.0.0.1:8790")] + headers).map { name, value in
            let line = HeadField(
                nameOffset: Int32(head.count), nameCount: Int32(name.utf8.count),
                valueOffset: Int32(head.count + name.utf8.count + 2), valueCount: Int32(value.utf8.count))
            head += Array("\(name): \(value)\0\n".utf8)
            return line
        }
        self.head = head + Array("\r\n".utf8)
        self.method = Array(method.utf8)
        self.target = Array(target.utf8)
        self.body = body
    }

    /// `POST /events` with this body.
    static func append(_ body: [UInt8], type: String = "application/json") -> SampleRequest {
        let headers = [("Accept", "*/*"), ("Content-Type", type), ("Content-Length", "\(body.count)")]
        return SampleRequest("POST", "/events", headers, body: body)
    }

    /// A poll of the sample workspace for what comes after an id.
    static func poll(since id: Int, ifNoneMatch tag: String? = nil) -> SampleRequest {
        let path = "/workspaces/\(SampleBody.workspace)/activity"
        return SampleRequest("GET", "\(path)?since=\(id)&limit=10000", tag.map { [("If-None-Match", $0)] } ?? [])
    }

    /// A poll with the headers that a browser adds.
    static let browserPoll = SampleRequest(
        "GET", "/workspaces/\(SampleBody.workspace)/activity?since=10000",
        [
            ("Connection", "keep-alive"), ("sec-ch-ua-platform", "\"Linux\""),
            ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"),
            ("Accept", "*/*"), ("sec-ch-ua", "\"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\""),
            ("sec-ch-ua-mobile", "?0"), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors"),
            ("Sec-Fetch-Dest", "empty"), ("Referer", "http://127.0.0.1:8790/"),
            ("Accept-Encoding", "gzip, deflate, br, zstd"), ("Accept-Language", "en-US,en;q=0.9"),
        ])

    /// Checks the head, as a worker does before anything else.
    func check(_ head: inout RequestHead) -> HeadDefect? {
        head.check(self.head.span, layout: layout, target: target.span, lines: lines.span, checksStructure: true)
    }

    /// Calls `body` with the request as a responder sees it; `head` is what ``check(_:)`` filled in.
    func withRequest(_ head: RequestHead, _ body: (borrowing HTTPRequest) -> Void) {
        body(
            HTTPRequest(
                methodName: method.span, target: target.span, head: self.head.span, fields: head.fields,
                framing: head.framing, body: self.body.span, bodyOutcome: .complete))
    }
}
