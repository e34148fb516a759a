import ByteBuffers
import MicroHTTP

/// Answers `/stream` with a stream on a loop, and leaves everything else to another responder.
final class StreamingResponder: HTTPResponder {
    private let loop: StreamLoop<ScriptedDriver>
    private let others: EchoResponder

    init(loop: StreamLoop<ScriptedDriver>, others: EchoResponder) {
        self.loop = loop
        self.others = others
    }

    func refuse(_ head: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange) -> Bool {
        others.refuse(head, with: &response, exchange: exchange)
    }

    func respond(
        to request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) -> HTTPDisposition {
        guard request.path.equals("/stream") else {
            return others.respond(to: request, with: &response, exchange: exchange)
        }
        if let id = request.header(.xRequestID) { exchange.addCommonHeader("X-Request-ID", value: id) }
        response.setHeader("Content-Type", value: "text/event-stream")
        return .stream(Opening(loop: loop))
    }

    private struct Opening: HTTPStreamOpening {
        let loop: StreamLoop<ScriptedDriver>

        func open(_ socket: StreamSocket, head: OwnedBytes) -> Bool {
            loop.send { driver, streams in
                var bytes = ByteBuffer()
                bytes.append(head.span)
                guard let stream = streams.add(socket), streams.send(StreamChunk(bytes), to: stream) == .sent else {
                    return
                }
                driver.streams.append(stream)
            }
        }
    }
}
