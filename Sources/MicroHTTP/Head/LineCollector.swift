import CMicroHTTPD

/// Gathers the header lines that libmicrohttpd enumerates, as offsets into the head.
struct LineCollector {
    private let head: UnsafeRawPointer
    private let room: UnsafeMutableBufferPointer<HeadField>
    /// Lines seen; more than the room has means that not all were kept.
    private(set) var count = 0

    /// Collects into `room` lines of the head that starts at `head`.
    init(head: UnsafeRawPointer, room: UnsafeMutableBufferPointer<HeadField>) {
        unsafe self.head = head
        unsafe self.room = room
    }

    /// The iterator for `MHD_get_connection_values_n`; its first argument is the collector.
    static let collect: MHD_KeyValueIteratorN = { collector, _, name, nameCount, value, valueCount in
        // SAFETY: the caller passes a collector that is not touched otherwise during the enumeration.
        guard let collector = unsafe collector?.assumingMemoryBound(to: LineCollector.self) else { return .NO }
        return unsafe collector.pointee.add(name, nameCount, value, valueCount) ? .YES : .NO
    }

    private mutating func add(
        _ name: UnsafePointer<CChar>?, _ nameCount: Int, _ value: UnsafePointer<CChar>?, _ valueCount: Int
    ) -> Bool {
        count += 1
        guard count <= room.count else { return false }
        unsafe room[count - 1] = HeadField(
            nameOffset: offset(name), nameCount: Int32(clamping: nameCount), valueOffset: offset(value),
            valueCount: Int32(clamping: valueCount))
        return true
    }

    private func offset(_ pointer: UnsafePointer<CChar>?) -> Int32 {
        guard let pointer = unsafe pointer else { return HeadField.outside }
        return unsafe Int32(clamping: UnsafeRawPointer(pointer) - head)
    }
}
