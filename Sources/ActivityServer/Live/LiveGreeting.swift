internal import ByteBuffers

/// When an EventSource comes back after its stream has ended: the `retry` field, in milliseconds.
enum LiveGreeting {
    /// Appends a first pause between one and three seconds, another for each stream.
    static func append(to bytes: inout ByteBuffer) {
        bytes.append("retry: ")
        bytes.append(decimal: Int.random(in: 1000...3000))
        bytes.append("\n\n")
    }

    /// The last words of a stream whose log cannot be read any more: a comment, which no client takes for an event.
    static let failure: StaticString = ": the log cannot be read; come back later\n\n"

    /// The last words of a daemon that goes down: pauses that differ by half a second from number to number, so that the
    /// readers do not all come back at once.
    static func farewell(number: Int) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.append("retry: ")
        bytes.append(decimal: 1000 + 500 * number)
        bytes.append("\n\n")
        return bytes
    }
}
