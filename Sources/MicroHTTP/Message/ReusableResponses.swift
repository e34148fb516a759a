import ByteBuffers
import CMicroHTTPD

/// The responses that a worker uses again, found by their lengths: what pollers without news and single appends are
/// answered with has few of them. Only the worker's thread calls it.
///
/// SAFETY: a response is written only while it is not in use, and is in use from when it is queued until the request
/// that it answers is over or its connection closed (``Worker/releaseResponse(of:)``).
struct ReusableResponses: ~Copyable {
    /// Places, a power of two; a response whose place is taken by one of other lengths replaces it.
    private static let placeCount = 16

    private var places = InlineArray<16, ReusableResponse?>(repeating: nil)

    init() {}

    deinit {
        for index in places.indices { places[index]?.destroy() }
    }

    /// Queues `response` on `connection` when it is of a kind that is used again: a short body, no parts, a connection that
    /// stays open. Returns the result and the place to ``release(_:)`` when the request is over; nil when the response is
    /// of another kind, or the one of its lengths is in use.
    mutating func queue(
        _ response: borrowing HTTPResponse, on connection: OpaquePointer, date: Span<UInt8>
    ) -> (result: MHD_Result, place: Int)? {
        let bodyCount = response.body.count
        let lineCount = response.headerLines.count
        guard !response.closesConnection, bodyCount <= HTTPResponse.copiedBodyBytes, response.parts.isEmpty,
            response.produced == nil
        else { return nil }
        let place = (bodyCount &* 7 &+ lineCount) & (Self.placeCount - 1)
        if let known = places[place] {
            guard !known.isInUse else { return nil }
            if known.bodyCount == bodyCount, known.lineCount == lineCount {
                return unsafe queue(response, known, at: place, on: connection, date)
            }
            known.destroy()
            places[place] = nil
        }
        guard let fresh = ReusableResponse(like: response, date: date) else { return nil }
        places[place] = fresh
        return unsafe queue(response, fresh, at: place, on: connection, date)
    }

    private mutating func queue(
        _ response: borrowing HTTPResponse, _ known: ReusableResponse, at place: Int, on connection: OpaquePointer,
        _ date: Span<UInt8>
    ) -> (result: MHD_Result, place: Int) {
        known.write(response, date: date)
        places[place]?.isInUse = true
        return (unsafe known.queue(on: connection, status: response.status), place)
    }

    /// Says that the request is over which the response at `place` answered.
    mutating func release(_ place: Int) {
        places[place]?.isInUse = false
    }
}
