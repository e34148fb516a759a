import ByteBuffers

/// A request method that this server tells apart. Methods are case-sensitive (RFC 9110 section 9.1).
package enum HTTPMethod: UInt8, Sendable {
    case get, head, post, put, delete, patch, options
    /// Any other token; its bytes are in ``HTTPRequest/methodName``.
    case other

    /// The method that `name` spells.
    package init(_ name: Span<UInt8>) {
        self =
            switch name.count {
            case 3: name.equals("GET") ? .get : name.equals("PUT") ? .put : .other
            case 4: name.equals("POST") ? .post : name.equals("HEAD") ? .head : .other
            case 5: name.equals("PATCH") ? .patch : .other
            case 6: name.equals("DELETE") ? .delete : .other
            case 7: name.equals("OPTIONS") ? .options : .other
            default: .other
            }
    }

    /// Whether a request body means nothing for this method (RFC 9110 section 9.3): it is read and thrown away.
    var ignoresBody: Bool { self == .get || self == .head || self == .delete }

    /// Whether a request of this method is asked for a body even when it announces none, so that 411 is possible.
    var wantsBody: Bool { self == .post || self == .put || self == .patch }
}
