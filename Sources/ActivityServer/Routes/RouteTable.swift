internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// Every route of the daemon, and what a request finds in it.
///
/// Adding a route is a row in ``rows`` and a file beside this one; `Allow`, HEAD, OPTIONS, 404 and 405 come from the rows, and
/// a test compares them with `docs/api.md`.
struct RouteTable: Sendable {
    /// The API, the paths that are asked for most first.
    static let rows = [
        Route(.post, RoutePath("/events"), body: .events, .view(.append, AppendRoute.answer)),
        Route(.get, workspaceActivity, .view(.read, ReadRoute.answer)),
        Route(.delete, workspaceActivity, .view(.admin, ClearRoute.answer)),
        Route(.get, RoutePath("/activity"), .view(.read, MergeRoute.answer)),
        Route(.post, RoutePath("/activity/query"), body: .feedQueries, .view(.read, FeedRoute.answer)),
        Route(.get, RoutePath("/workspaces"), .view(.read, WorkspacesRoute.answer)),
        Route(.get, RoutePath("/healthz"), .open(ProbeRoute.health)),
        Route(.get, RoutePath("/readyz"), .open(ProbeRoute.readiness)),
    ]

    private static let workspaceActivity = RoutePath("/workspaces/", workspaceThen: "/activity")

    /// One path and what it takes.
    struct Resource {
        let path: RoutePath
        /// The value of `Allow` (RFC 9110 section 10.2.1). OPTIONS is answered everywhere.
        var allow = ""
    }

    let routes: [Route]
    let resources: [Resource]
    /// What each row wants of a body, and what answers it: apart, so that looking at one retains nothing of the other.
    let bodies: [BodyRule]
    let answers: [Route.Answer]
    /// Their paths again, without what would have to be retained to look at one.
    private let paths: [RoutePath]
    /// For each resource the row of each method, by its raw value; -1 where there is none.
    private let rowOf: [Int8]
    /// The methods that some resource has.
    private let allowAnywhere: String

    /// Makes the table of `routes`.
    init(_ routes: [Route] = RouteTable.rows) {
        self.routes = routes
        bodies = routes.map(\.body)
        answers = routes.map(\.answer)
        var paths: [RoutePath] = []
        var rowOf: [Int8] = []
        for (row, route) in routes.enumerated() {
            let place = paths.firstIndex(of: route.path) ?? paths.count
            if place == paths.count {
                paths.append(route.path)
                rowOf += Array(repeating: -1, count: Self.methods)
            }
            let methods: [HTTPMethod] = route.method == .get ? [.get, .head] : [route.method]
            for method in methods { rowOf[place * Self.methods + Int(method.rawValue)] = Int8(row) }
        }
        let rows = rowOf
        resources = paths.enumerated().map { place, path in
            Resource(path: path, allow: Self.allow { rows[place * Self.methods + Int($0.rawValue)] >= 0 })
        }
        allowAnywhere = Self.allow { method in
            paths.indices.contains { rows[$0 * Self.methods + Int(method.rawValue)] >= 0 }
        }
        self.paths = paths
        self.rowOf = rowOf
    }

    /// The cases of ``HTTPMethod``.
    private static let methods = 8

    private static func allow(_ has: (HTTPMethod) -> Bool) -> String {
        allowed.filter { method, _ in method == .options || has(method) }.map(\.name).joined(separator: ", ")
    }

    /// The methods in the order of `Allow`.
    private static let allowed: [(method: HTTPMethod, name: String)] = [
        (.get, "GET"), (.head, "HEAD"), (.post, "POST"), (.put, "PUT"), (.patch, "PATCH"), (.delete, "DELETE"),
        (.options, "OPTIONS"),
    ]

    /// What a request found.
    struct Match {
        /// Index of the row; -1 for OPTIONS, which any resource answers, and ``server`` for those of the server as a whole.
        let row: Int
        /// Index of the resource.
        let resource: Int
        /// Where in the path the workspace's segment is.
        let segment: RoutePath.Segment
        /// How the body is to be read.
        var body = BodyForm()

        /// The row of a request for the options of the server: `OPTIONS *`, and `OPTIONS /` as health checks send it.
        static let server = -2

        init(row: Int, resource: Int, segment: RoutePath.Segment) {
            self.row = row
            self.resource = resource
            self.segment = segment
        }

        /// Reads what ``tag`` wrote; nil from 0. Paths are shorter than 1 MiB: they stand in a head.
        @inline(__always)
        init?(tag: Int) {
            guard tag != 0 else { return nil }
            resource = tag & 0xff
            row = tag >> 8 & 0xff - 2
            let start = tag >> 19 & 0xf_ffff
            segment = RoutePath.Segment(range: start..<(start + tag >> 39), isWorkspaceID: tag >> 16 & 1 == 1)
            body = BodyForm(isCompressed: tag >> 17 & 1 == 1, isLines: tag >> 18 & 1 == 1)
        }

        /// All of it in one word, never 0 for a request that has a row.
        var tag: Int {
            let bits = (segment.isWorkspaceID ? 1 : 0) | (body.isCompressed ? 2 : 0) | (body.isLines ? 4 : 0)
            return resource | (row + 2) << 8 | bits << 16 | segment.range.lowerBound << 19 | segment.range.count << 39
        }
    }

    /// The row of a request, or that it asks for its options; throws 404 and 405.
    func match(_ request: borrowing HTTPRequest) throws(Problem) -> Match {
        let path = request.path
        let prefix = path.withUnsafeBytes { RoutePath.prefix(of: $0) }
        for resource in paths.indices {
            guard let segment = paths[resource].match(path, prefix: prefix) else { continue }
            let row = Int(rowOf[resource * Self.methods + Int(request.method.rawValue)])
            guard row >= 0 || request.method == .options else {
                throw methodNotAllowed(request.methodName, on: resource)
            }
            return Match(row: row, resource: resource, segment: segment)
        }
        if request.method == .options, request.path.equals("*") || request.path.equals("/") {
            return Match(row: Match.server, resource: 0, segment: .none)
        }
        throw notFound(request.path)
    }

    /// The value of `Allow` for a request that asks for its options.
    func allow(_ match: Match) -> String {
        match.row == Match.server ? allowAnywhere : resources[match.resource].allow
    }

    private func methodNotAllowed(_ method: Span<UInt8>, on resource: Int) -> Problem {
        let (path, allow) = (resources[resource].path.text, resources[resource].allow)
        let shown = method.extracting(first: min(method.count, 32)).text
        return Problem(.methodNotAllowed, "\(shown) is not a method of \(path), which takes \(allow)", allow: allow)
    }
}
