import ByteBuffers
import Dispatch
import Foundation
import MicroHTTP

/// Answers 200 with the body that came, or with the target when none did; 413 to a body that was too large, and 411 to
/// a POST that does not announce its body. An `X-Request-ID` comes back in whatever is answered. Some paths do something
/// else:
///
/// - `/bytes?N`: N bytes `x`; `/committed?N` the same with status 201, after having changed something.
/// - `/hold`: holds up its worker until the test opens the gate, for ten seconds at most.
/// - `/later`: keeps the exchange for the test to complete.
/// - `/at-once`: answers its exchange before it says that it will be later.
/// - `/produced?N`: N bytes of a ``CountingSource``; `/broken?N` the same, but it fails half-way.
/// - `/status?N`: status N, without a body; `/status?304-body` with one all the same. `/no-length`: says no length.
/// - `/parts?N`: a body of N parts of 1000 bytes, each with its number.
/// - `/pieces`: works in pieces until the test has opened the gate.
final class EchoResponder: HTTPResponder {
    private let journal: RequestJournal

    init(journal: RequestJournal) { self.journal = journal }

    func refuse(_ head: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange) -> Bool {
        journal.recordHead()
        exchange.tag = 1
        addRequestID(of: head, to: exchange)
        guard head.method == .post, head.framing == .none else { return false }
        response.status = 411
        return true
    }

    func respond(
        to request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) -> HTTPDisposition {
        journal.record("\(request.methodName.text) \(request.target.text)")
        if exchange.tag == 0 { addRequestID(of: request, to: exchange) }
        exchange.tag += 10
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
            exchange.answer(text: "at once")
            return .later
        }
        if request.path.equals("/status") {
            response.status = request.query.decimal.map(UInt16.init) ?? 304
            if request.query.decimal == nil { response.body.append("no body") }
            return .now
        }
        if request.path.equals("/no-length") {
            response.leavesLengthOut = true
            return .now
        }
        if request.path.equals("/parts") {
            response.setBody(parts: (0..<(request.query.decimal ?? 0)).map { NumberedPart($0).part })
            return .now
        }
        if request.path.equals("/pieces") { return .again(piece) }
        if request.path.equals("/produced") || request.path.equals("/broken") {
            let count = request.query.decimal ?? 1
            let failsAt = request.path.equals("/broken") ? count / 2 : count
            response.setBody(source: CountingSource(journal.production, failsAt: failsAt), count: count)
            return .now
        }
        if request.path.equals("/hold") { _ = journal.gate.wait(timeout: .now() + 10) }
        if request.path.equals("/committed") {
            response.status = 201
            response.isCommitted = true
        }
        if request.path.equals("/bytes") || response.isCommitted {
            response.body.append(text: String(repeating: "x", count: request.query.decimal ?? 0))
        } else {
            response.body.append(request.bodyCount > 0 ? request.body : request.target)
        }
        return .now
    }

    private func addRequestID(of request: borrowing HTTPRequest, to exchange: HTTPExchange) {
        if let id = request.header(.xRequestID) { exchange.addCommonHeader("X-Request-ID", value: id) }
    }

    private var piece: HTTPAnswer {
        { [journal] response, _ in
            journal.record("piece")
            guard journal.gate.wait(timeout: .now()) == .success else {
                return .again(EchoResponder(journal: journal).piece)
            }
            response.body.append("whole")
            return .now
        }
    }
}

/// 1000 bytes that begin with a number.
private final class NumberedPart {
    private let bytes: UnsafeMutableRawBufferPointer

    init(_ number: Int) {
        bytes = .allocate(byteCount: 1000, alignment: 1)
        let text = "\(number)".padding(toLength: 1000, withPad: ".", startingAt: 0)
        bytes.copyBytes(from: text.utf8)
    }

    deinit { bytes.deallocate() }

    var part: HTTPBodyPart { HTTPBodyPart(owner: self, bytes: UnsafeRawBufferPointer(bytes)) }
}

extension HTTPExchange {
    /// Answers with status 200.
    func answer(text: String) {
        answer { response, _ in
            response.body.append(text: text)
            return .now
        }
    }
}
