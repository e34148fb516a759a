internal import ByteBuffers
internal import MicroHTTP

/// Every resource of the daemon: its path and its methods. Adding one is a case here and a branch in
/// ``ActivityResponder``; the compiler asks for the rest, and a test compares the cases with `docs/api.md`.
enum Route: String, CaseIterable, Sendable {
    case events = "/events"
    case workspaceActivity = "/workspaces/{id}/activity"
    case activity = "/activity"
    case activityQuery = "/activity/query"
    case health = "/healthz"
    case readiness = "/readyz"

    /// The `Allow` header (RFC 9110 section 10.2.1). `OPTIONS` is answered on every route.
    var allow: StaticString {
        switch self {
        case .events, .activityQuery: "POST, OPTIONS"
        case .workspaceActivity: "GET, HEAD, DELETE, OPTIONS"
        case .activity, .health, .readiness: "GET, HEAD, OPTIONS"
        }
    }

    /// Whether the resource has a method.
    func takes(_ method: HTTPMethod) -> Bool {
        switch (self, method) {
        case (_, .options): true
        case (.events, .post), (.activityQuery, .post): true
        case (.activity, .get), (.activity, .head): true
        case (.workspaceActivity, .get), (.workspaceActivity, .head), (.workspaceActivity, .delete): true
        case (.health, .get), (.health, .head), (.readiness, .get), (.readiness, .head): true
        default: false
        }
    }

    /// A route that a path leads to, and where in the path the raw workspace id is.
    struct Match {
        let route: Route
        /// The segment between `/workspaces/` and `/activity`, undecoded; empty for routes without one.
        let workspace: Range<Int>
    }

    /// Matches a raw path. It is matched before any decoding, so `%2F` and dot segments are part of an id and lead
    /// nowhere else; a trailing slash is another path.
    static func match(_ path: Span<UInt8>) -> Match? {
        if path.equals("/events") { return Match(route: .events, workspace: 0..<0) }
        if path.starts(with: "/workspaces/") {
            let start = 12
            guard let slash = path.firstIndex(of: UInt8(ascii: "/"), from: start),
                path.extracting(slash..<path.count).equals("/activity")
            else { return nil }
            return Match(route: .workspaceActivity, workspace: start..<slash)
        }
        if path.equals("/activity") { return Match(route: .activity, workspace: 0..<0) }
        if path.equals("/activity/query") { return Match(route: .activityQuery, workspace: 0..<0) }
        if path.equals("/healthz") { return Match(route: .health, workspace: 0..<0) }
        if path.equals("/readyz") { return Match(route: .readiness, workspace: 0..<0) }
        return nil
    }
}
