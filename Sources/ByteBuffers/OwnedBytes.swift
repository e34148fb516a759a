/// A copy of bytes that outlives the view they were in, for work that is finished later.
public struct OwnedBytes: Sendable, Hashable {
    /// The bytes.
    public let array: [UInt8]

    /// No bytes.
    public static let empty = OwnedBytes(array: [])

    private init(array: [UInt8]) { self.array = array }

    /// Copies `bytes`.
    public init(_ bytes: Span<UInt8>) {
        // The standard library of 6.3 would write a count of 0 into the storage that all empty arrays share: a data race.
        // See docs/workarounds.md.
        guard bytes.count > 0 else {
            array = []
            return
        }
        array = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
            for index in bytes.indices { unsafe buffer[index] = bytes[index] }
            count = bytes.count
        }
    }

    /// The bytes as a view.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { array.span }
    }
}
