internal import ByteBuffers
internal import Logging
package import MicroHTTP
internal import Problems

/// Answers the requests of one worker: finds the route, has it answer, writes problems. No other thread calls it.
package final class ActivityResponder: HTTPResponder {
    private let service: ActivityService
    private let gate: AccessGate
    private let table = RouteTable()
    // SAFETY: one thread calls the responder, and nothing that is called from it calls it again: no two accesses overlap. The
    // check of that would be a fortieth of an append.
    @exclusivity(unchecked) private var worker: WorkerState

    /// Makes the responder of one worker.
    package init(service: ActivityService) {
        self.service = service
        gate = service.gate
        worker = WorkerState(service)
    }

    /// Refuses, before its body is read, a request that would be refused whatever the body says.
    package func refuse(
        _ head: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) -> Bool {
        do throws(Problem) {
            var match = try table.match(head)
            if match.row >= 0 {
                let rule = table.bodies[match.row]
                // What is in flight by then is finished; what comes later is not begun.
                if rule == .events, !service.takesAppends { throw Problem.draining }
                match.body = try rule.form(of: head)
            }
            exchange.tag = match.tag
            return false
        } catch {
            response.write(error, instance: head.path)
            return true
        }
    }

    package func respond(
        to request: borrowing HTTPRequest, with response: inout HTTPResponse, exchange: HTTPExchange
    ) -> HTTPDisposition {
        worker.refresh()
        let disposition: HTTPDisposition
        do throws(Problem) {
            disposition = try answer(request, &response, exchange)
        } catch {
            response.write(error, instance: request.path)
            disposition = .now
        }
        if service.logsRequests { log(request, response.status, disposition) }
        return disposition
    }

    private func answer(
        _ request: borrowing HTTPRequest, _ response: inout HTTPResponse, _ exchange: HTTPExchange
    ) throws(Problem) -> HTTPDisposition {
        // Found already when the head was looked at.
        let known = RouteTable.Match(tag: exchange.tag)
        let match: RouteTable.Match
        if let known { match = known } else { match = try table.match(request) }
        guard match.row >= 0 else {
            response.status = 204
            response.withHeader("Allow") { $0.append(text: table.allow(match)) }
            return .now
        }
        var call = Call(segment: match.segment, body: match.body, exchange: exchange)
        let body = table.bodies[match.row]
        if body != .none {
            if known == nil { call.body = try body.form(of: request) }
            try body.checkReceived(request)
        }
        switch table.answers[match.row] {
        case .open(let answer): return try answer(request, call, &worker, &response)
        case .view(let scope, let answer):
            let view = try gate.admit(request, to: scope)
            return try answer(request, call, view, &worker, &response)
        }
    }

    private func log(_ request: borrowing HTTPRequest, _ status: UInt16, _ disposition: HTTPDisposition) {
        service.logger.debug(
            "request",
            metadata: [
                "method": "\(request.methodName.text)", "target": "\(request.target.text)",
                "status": disposition.isNow ? "\(status)" : "later", "body": "\(request.bodyCount)",
            ])
    }
}
