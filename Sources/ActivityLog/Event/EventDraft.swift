/// Where one event that is about to be appended lies in the bytes of its batch.
///
/// Kind and payload are stored as they go on the wire, so an append copies them and neither parses nor escapes.
package struct EventDraft: BitwiseCopyable, Sendable {
    /// Start of the kind in the batch's bytes: the inside of a JSON string, in canonical escaping (only `"`, `\`, U+2028
    /// and U+2029 are escaped, since a kind holds no control characters).
    package var kindStart: UInt32
    /// Bytes of the escaped kind.
    package var kindCount: UInt32
    /// Start of the payload in the batch's bytes: a validated JSON object without insignificant white space.
    package var payloadStart: UInt32
    /// Bytes of the payload; 0 means that it was omitted and stands for `{}`.
    package var payloadCount: UInt32

    /// Names the two ranges.
    package init(kindStart: Int, kindCount: Int, payloadStart: Int, payloadCount: Int) {
        self.kindStart = UInt32(kindStart)
        self.kindCount = UInt32(kindCount)
        self.payloadStart = UInt32(payloadStart)
        self.payloadCount = UInt32(payloadCount)
    }
}
