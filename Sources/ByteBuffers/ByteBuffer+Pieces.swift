extension ByteBuffer {
    /// Appends what `write` writes, which must be at most `most` bytes.
    @inlinable @inline(__always)
    public mutating func appendPieces(upTo most: Int, _ write: (inout ByteCursor) -> Void) {
        appendUnsafe(upTo: most) { room in
            var cursor = unsafe ByteCursor(room)
            write(&cursor)
            return unsafe cursor.position - room
        }
    }
}
