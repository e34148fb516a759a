import ByteBuffers

/// Where in the head the values of the headers we read are. Fixed size, no allocation; emptying it is two stores.
package struct HTTPFieldTable: Sendable {
    /// Offset and length of a value in the head. A head is smaller than 64 KiB, see ``HTTPServerConfiguration``.
    private struct Place {
        var offset: UInt16 = 0
        var count: UInt16 = 0
    }

    private var places = InlineArray<18, Place>(repeating: Place())
    private var present: UInt32 = 0
    private var repeated: UInt32 = 0

    /// Makes a table of no headers.
    package init() {}

    /// Notes that the value of `name` is the `count` bytes at `offset`. A second one only marks the name as repeated.
    package mutating func record(_ name: HTTPHeaderName, offset: Int, count: Int) {
        let bit: UInt32 = 1 << UInt32(name.rawValue)
        if present & bit != 0 {
            repeated |= bit
        } else {
            present |= bit
            places[Int(name.rawValue)] = Place(offset: UInt16(offset), count: UInt16(count))
        }
    }

    /// Forgets all headers.
    package mutating func removeAll() {
        present = 0
        repeated = 0
    }

    /// Whether `name` came at least once.
    package func contains(_ name: HTTPHeaderName) -> Bool { present & (1 << UInt32(name.rawValue)) != 0 }

    /// Whether `name` came on more than one line.
    package func isRepeated(_ name: HTTPHeaderName) -> Bool { repeated & (1 << UInt32(name.rawValue)) != 0 }

    /// The value of the first `name` as a part of `head`, the bytes that the table was made from.
    @_lifetime(copy head)
    package func value(_ name: HTTPHeaderName, in head: Span<UInt8>) -> Span<UInt8>? {
        guard contains(name) else { return nil }
        let place = places[Int(name.rawValue)]
        let offset = Int(place.offset)
        return head.extracting(offset..<offset + Int(place.count))
    }

    /// Offset in the head after the value of the first `name`, which must be there.
    func end(of name: HTTPHeaderName) -> Int {
        let place = places[Int(name.rawValue)]
        return Int(place.offset) + Int(place.count)
    }
}
