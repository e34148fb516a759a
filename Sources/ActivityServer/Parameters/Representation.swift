internal import ByteBuffers

/// The forms in which events are served, chosen by `Accept` (RFC 9110 section 12.5.1).
enum Representation: CaseIterable {
    /// `application/json`: an array.
    case json
    /// `application/x-ndjson`: an event a line.
    case ndjson
    /// `text/event-stream`: a stream of Server-Sent Events.
    case eventStream

    /// What stands in `Content-Type`.
    var contentType: StaticString {
        switch self {
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        case .eventStream: "text/event-stream"
        }
    }

    /// What rows stand in in a page of this form; a stream has no page.
    @inline(__always)
    var container: EventShape.Container {
        switch self {
        case .json: .array
        case .ndjson, .eventStream: .lines
        }
    }

    /// The form that a reader prefers of `offered`, which lists ours by preference; nil when it takes none of them. A
    /// reader that sends no `Accept` takes the first.
    ///
    /// A weight of 0 refuses. Among forms of the same weight one that is named goes before one that a wildcard covers, and
    /// then ours decides: `application/json, text/event-stream` is a page.
    init?(accept list: Span<UInt8>?, offered: [Representation] = Representation.allCases) {
        // What curl, fetch() and most libraries send.
        guard let list, !list.equals("*/*"), !(offered[0] == .json && list.equals("application/json")) else {
            self = offered[0]
            return
        }
        var best: (form: Representation, weight: Accept.Weight)?
        for form in offered {
            guard let weight = Accept.weight(of: form, in: list), weight.thousandths > 0 else { continue }
            if let best, !(best.weight < weight) { continue }
            best = (form, weight)
        }
        guard let best else { return nil }
        self = best.form
    }

    /// Either spelling of NDJSON's, which has none that is registered.
    private func isNamed(by type: Span<UInt8>) -> Bool {
        switch self {
        case .json: type.equalsIgnoringCase("application/json")
        case .ndjson: type.equalsIgnoringCase("application/x-ndjson") || type.equalsIgnoringCase("application/ndjson")
        case .eventStream: type.equalsIgnoringCase("text/event-stream")
        }
    }

    /// How exactly a range's type, without parameters, names this form: 3 by name, 2 by `type/*`, 1 by `*/*`, 0 not.
    ///
    /// No wildcard covers a stream: it has no end, so only who names it gets one.
    func exactness(in type: Span<UInt8>) -> Int {
        if isNamed(by: type) { return 3 }
        guard self != .eventStream else { return 0 }
        if type.equalsIgnoringCase("application/*") { return 2 }
        return type.equals("*/*") ? 1 : 0
    }
}
