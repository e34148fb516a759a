import ByteBuffers
import Dispatch
import MicroHTTP

/// Answers 200 with the body that came, or with the target when none did; 413 to a body that was too large, and 411 to
/// a POST that does not announce its body. Five paths do something else:
///
/// - `/bytes?N`: N bytes `x`.
/// - `/preferences`: the values of all lines of `Prefer`, each in brackets.
/// - `/hold`: holds up its worker until the test opens the gate, for ten seconds at most.
/// - `/later`: keeps the exchange for the test to complete.
/// - `/at-once`: completes its exchange before it says that it will be later.
final class EchoResponder: HTTPResponder {
    private let journal: RequestJournal

    init(journal: RequestJournal) { self.journal = journal }

    func refuse(_ head: borrowing HTTPRequest, with response: inout HTTPResponse) -> Bool {
        journal.recordHead()
        guard head.method == .post, head.framing == .none else { return false }
        response.status = 411
        return true
    }

    func respond(
        to request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) -> HTTPDisposition {
        journal.record("\(request.methodName.text) \(request.target.text)")
        if request.bodyOutcome == .tooLarge {
            response.status = 413
            return .now
        }
        response.setHeader("Content-Type", value: "text/plain")
        if request.path.equals("/later") {
            journal.keep(exchange)
            return .later
        }
        if request.path.equals("/at-once") {
            exchange.complete(HTTPResponse(text: "at once"))
            return .later
        }
        if request.path.equals("/hold") { _ = journal.gate.wait(timeout: .now() + 10) }
        if request.path.equals("/bytes") {
            response.body.append(text: String(repeating: "x", count: request.query.decimal ?? 0))
        } else if request.path.equals("/preferences") {
            var values = ""
            request.eachValue(of: .prefer) { values += "[\($0.text)]" }
            response.body.append(text: values)
        } else {
            response.body.append(request.bodyCount > 0 ? request.body : request.target)
        }
        return .now
    }
}

extension HTTPResponse {
    /// Makes an answer of status 200.
    init(text: String) {
        self.init()
        body.append(text: text)
    }
}
