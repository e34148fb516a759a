/// What answers requests. There is one for each worker thread and only that thread calls it, so it may own parsers and
/// scratch buffers. It must not block: all connections of the worker wait while it runs.
package protocol HTTPResponder: AnyObject {
    /// Decides about a request whose head is in and whose body is not, so that a body nobody wants is never read.
    ///
    /// Called for a request that announces a body, and for every POST, PUT and PATCH; not for GET, HEAD and DELETE,
    /// whose body is thrown away. The request's body is empty here. What it finds out about the request can be kept in the
    /// exchange's ``HTTPExchange/tag``.
    ///
    /// - Returns: True when `response` has been filled with a refusal (405, 411, 413, 415, …). It is sent and the
    ///   connection closed, because the body is not read. False to go on.
    func refuse(_ head: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange) -> Bool

    /// Answers a request that is in as a whole. When ``HTTPRequest/bodyOutcome`` is `tooLarge`, the answer is a 413.
    ///
    /// `response` is empty, of status 200. Either fill it and return `.now`; or keep `exchange`, return `.later` and
    /// answer it once, from any thread, at once or later; or return `.again` with the rest of the work; or fill in status
    /// and headers and return `.stream`. An exchange must not be kept when `.now` or `.stream` is returned.
    func respond(
        to request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) -> HTTPDisposition
}
