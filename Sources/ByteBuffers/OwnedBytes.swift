/// A copy of bytes that outlives the view they were in, for work that is finished later.
package struct OwnedBytes: Sendable, Hashable {
    /// The bytes.
    package let array: [UInt8]

    /// Copies `bytes`.
    package init(_ bytes: Span<UInt8>) {
        array = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
            for index in bytes.indices { unsafe buffer[index] = bytes[index] }
            count = bytes.count
        }
    }

    /// The bytes as a view.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { array.span }
    }
}
