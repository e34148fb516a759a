internal import ByteBuffers

extension EventWire {
    /// The digits of the id of an event in its wire form. O(digits).
    @_lifetime(copy event)
    package static func idDigits(of event: Span<UInt8>) -> Span<UInt8> {
        let start = 6  // {"id":
        guard let comma = event.firstIndex(of: UInt8(ascii: ","), from: start) else {
            preconditionFailure("a stored event begins with its id")
        }
        return event.extracting(start..<comma)
    }
}
