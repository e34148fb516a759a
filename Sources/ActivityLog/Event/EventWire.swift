package import ByteBuffers

/// The wire form of an event, the only form that it is stored and sent in:
/// `{"id":42,"timestamp":1714217775.123456,"kind":"tool.invoked","payload":{…}}`.
package enum EventWire {
    /// Most bytes that the form adds to a kind and a payload: the fixed text, a 19-digit id, a time stamp, `{}`.
    package static let mostOverhead = 128

    /// Bytes of `","payload":` between a kind and its payload.
    static let kindToPayload = 12
    /// Bytes of `,"kind":"` between a time stamp and the kind.
    static let timestampToKind = 9

    /// Bytes of an event's wire form; a `payloadCount` of 0 stands for `{}`.
    static func byteCount(id: Int, wall: Int64, kindCount: Int, payloadCount: Int) -> Int {
        6 + digits(of: id) + 13 + digits(of: Int(max(wall, 0) / 1_000_000)) + 7 + timestampToKind + kindCount
            + kindToPayload + (payloadCount == 0 ? 2 : payloadCount) + 1
    }

    private static func digits(of value: Int) -> Int { ByteCursor.digits(of: UInt(value)) }

    /// Appends one event.
    ///
    /// `kind` is the inside of a JSON string, `payload` a minified object; an empty payload is written as `{}`.
    package static func write(
        id: Int, timestamp: EventTimestamp, kind: Span<UInt8>, payload: Span<UInt8>, to bytes: inout ByteBuffer
    ) {
        bytes.appendUnsafe(upTo: kind.count + payload.count + mostOverhead) { room in
            // SAFETY: the room that was asked for is what `write(…to:)` needs.
            unsafe write(id: id, timestamp: timestamp, kind: kind, payload: payload, to: room).byteCount
        }
    }

    /// Where the parts of an event lie that was just written, counted from its first byte.
    struct Layout: BitwiseCopyable {
        let byteCount: Int
        let kindOffset: Int
    }

    /// Writes one event into `room`, which must hold ``mostOverhead`` bytes more than kind and payload together.
    @inline(__always)
    static func write(
        id: Int, timestamp: EventTimestamp, kind: Span<UInt8>, payload: Span<UInt8>,
        to room: UnsafeMutablePointer<UInt8>
    ) -> Layout {
        // SAFETY: each piece stays within the room that the caller vouches for: 6 + 19 + 13 + 20 + 9 + 12 + 2 + 1 bytes
        // and the two spans.
        var cursor = unsafe ByteCursor(room)
        cursor.write("{\"id\":")
        cursor.write(decimal: id)
        cursor.write(",\"timestamp\":")
        cursor.write(timestamp.bytes)
        cursor.write(",\"kind\":\"")
        let kindOffset = unsafe cursor.position - room
        cursor.write(kind)
        cursor.write("\",\"payload\":")
        if payload.isEmpty { cursor.write("{}") } else { cursor.write(payload) }
        cursor.write(UInt8(ascii: "}"))
        return unsafe Layout(byteCount: cursor.position - room, kindOffset: kindOffset)
    }
}
