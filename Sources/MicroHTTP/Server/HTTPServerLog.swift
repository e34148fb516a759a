/// Takes a line of the server's log. Called on any of its threads; must not block for long.
package typealias HTTPServerLog = @Sendable (HTTPServerLogLevel, String) -> Void

/// How much a line of the server's log matters.
package enum HTTPServerLogLevel: Sendable {
    /// What libmicrohttpd says about single connections.
    case debug
    /// The server goes on with less: descriptors are short, a library version is not known.
    case warning
    /// Something is broken.
    case error
}
