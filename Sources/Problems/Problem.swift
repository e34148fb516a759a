/// A refused request: what a client is told in an `application/problem+json` body (RFC 9457).
///
/// The code is stable and for programs; the detail is for people, may change, and says what would be right. A refused
/// request has changed nothing.
package struct Problem: Error, Equatable, Sendable {
    /// What kind of problem; it decides the status.
    package let code: Code
    /// What is wrong, where, and what would be right. Made from a literal it costs no allocation.
    package let detail: String
    /// What clients match; that of ``code`` unless a closer one was given.
    package let slug: String
    /// Methods of the resource, for the `Allow` header of a 405.
    package let allow: String?
    /// Seconds for `Retry-After`, or nil for none. Never nil for a 429, 503 or 507.
    package let retryAfter: Int?

    /// Makes a problem. `slug` is a closer one than that of `code`, and a constant of the program, since it is not escaped;
    /// `allow` has methods separated by commas; `retryAfter` nil takes what is usual for `code`.
    package init(
        _ code: Code, _ detail: String, slug: String? = nil, allow: String? = nil, retryAfter: Int? = nil
    ) {
        self.code = code
        self.detail = detail
        self.slug = slug ?? code.rawValue
        self.allow = allow
        self.retryAfter = retryAfter ?? code.usualRetryAfter
    }

    /// The status of the answer, 400 to 599.
    package var status: UInt16 { code.status }
}
