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
        Route(.post, RoutePath("/events"), .append, body: .events, AppendRoute.answer),
        Route(.get, workspaceActivity, .read, ReadRoute.answer),
        Route(.delete, workspaceActivity, .admin, ClearRoute.answer),
        Route(.get, RoutePath("/activity"), .read, MergeRoute.answer),
        Route(.post, RoutePath("/activity/query"), .read, body: .feedQueries, FeedRoute.answer),
        Route(.get, RoutePath("/healthz"), .open, ProbeRoute.health),
        Route(.get, RoutePath("/readyz"), .open, ProbeRoute.readiness),
    ]

    private static let workspaceActivity = RoutePath("/workspaces/", workspaceThen: "/activity")

    /// The rows of one path.
    struct Resource {
        let path: RoutePath
        /// The row of each method, by its raw value; -1 where there is none.
        var rows = InlineArray<8, Int8>(repeating: -1)
        /// The value of `Allow` (RFC 9110 section 10.2.1). OPTIONS is answered everywhere.
        var allow = ""
    }

    let routes: [Route]
    let resources: [Resource]
    /// The methods that some resource has.
    private let allowAnywhere: String

    /// Makes the table of `routes`.
    init(_ routes: [Route] = RouteTable.rows) {
        self.routes = routes
        var resources: [Resource] = []
        for (row, route) in routes.enumerated() {
            let place = resources.firstIndex { $0.path == route.path } ?? resources.count
            if place == resources.count { resources.append(Resource(path: route.path)) }
            let methods: [HTTPMethod] = route.method == .get ? [.get, .head] : [route.method]
            for method in methods { resources[place].rows[Int(method.rawValue)] = Int8(row) }
        }
        for place in resources.indices {
            let rows = resources[place].rows
            resources[place].allow = Self.allow { rows[Int($0.rawValue)] >= 0 }
        }
        let all = resources
        allowAnywhere = Self.allow { method in all.contains { $0.rows[Int(method.rawValue)] >= 0 } }
        self.resources = resources
    }

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
        /// Where in the path the raw workspace id is.
        let workspace: Range<Int>

        /// The row of a request for the options of the server: `OPTIONS *`, and `OPTIONS /` as health checks send it.
        static let server = -2

        init(row: Int, resource: Int, workspace: Range<Int>) {
            self.row = row
            self.resource = resource
            self.workspace = workspace
        }

        /// Reads what ``tag`` wrote; nil from 0. Paths are shorter than 16 MiB: they stand in a head.
        init?(tag: Int) {
            guard tag != 0 else { return nil }
            resource = tag & 0xff
            row = tag >> 8 & 0xff - 2
            let start = tag >> 16 & 0xff_ffff
            workspace = start..<(start + tag >> 40)
        }

        /// All of it in one word, never 0 for a request that has a row.
        var tag: Int { resource | (row + 2) << 8 | workspace.lowerBound << 16 | workspace.count << 40 }
    }

    /// The row of a request, or that it asks for its options; throws 404 and 405.
    func match(_ request: borrowing HTTPRequest) throws(Problem) -> Match {
        for resource in resources.indices {
            guard let workspace = resources[resource].path.match(request.path) else { continue }
            let row = Int(resources[resource].rows[Int(request.method.rawValue)])
            guard row >= 0 || request.method == .options else {
                throw methodNotAllowed(request.methodName, on: resource)
            }
            return Match(row: row, resource: resource, workspace: workspace)
        }
        if request.method == .options, request.path.equals("*") || request.path.equals("/") {
            return Match(row: Match.server, resource: 0, workspace: 0..<0)
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
