internal import ByteBuffers
internal import MicroHTTP
internal import Problems

/// What it takes to answer a request after its view is gone.
struct LaterReply: Sendable {
    /// Where the answer goes.
    let exchange: HTTPExchange
    /// The request's raw path, for problems.
    let instance: OwnedBytes

    /// Answers with what `write` makes of an empty response, or with the problem that it throws. `write` is called on the
    /// connection's worker, later.
    func complete(_ write: @escaping @Sendable (inout HTTPResponse) throws(Problem) -> Void) {
        exchange.answer { [instance] response, _ in
            do throws(Problem) {
                try write(&response)
            } catch {
                response.write(error, instance: instance.span)
            }
            return .now
        }
    }
}
