import ByteBuffers
import MemoryBudget

/// The body of a connection's current request as far as it is in, and the memory that is reserved for it.
///
/// Memory is reserved before it is taken, as the body grows and not as it was announced: a client that announces much and
/// sends little holds little.
struct RequestBody: ~Copyable {
    /// What is done with body bytes.
    enum Sink {
        case keep
        /// The method gives a body no meaning.
        case ignore
        /// The body is beyond the limit; it is read to keep the connection.
        case overflow
        /// There is no memory for the body; it is read to keep the connection.
        case unaffordable
    }

    /// A block up to this size stays with its connection between two requests, and is not reserved: it is part of what a
    /// connection takes in any case.
    static let keptBytes = 4096
    /// An announced body is not believed beyond this for the first block.
    private static let mostFirstBytes = 1 << 20

    private(set) var bytes = ByteBuffer()
    private(set) var sink = Sink.keep
    /// Body bytes received, kept or not.
    private(set) var received = 0
    /// Bytes after which the body is too large.
    private var most = 0
    private var reservation: MemoryReservation

    init(_ budget: MemoryBudget?) { reservation = MemoryReservation(budget, for: .bodies) }

    /// Prepares for the body of a request.
    ///
    /// - Parameters:
    ///   - announced: Bytes that were announced; nil for a body in chunks, 0 for none.
    ///   - most: Bytes after which it is too large.
    ///   - isIgnored: Whether the method gives it no meaning.
    ///   - spare: A block that the worker lends when it is the larger one.
    /// - Returns: False when there is no memory to begin with.
    mutating func begin(announced: Int?, most: Int, isIgnored: Bool, spare: inout ByteBuffer) -> Bool {
        received = 0
        self.most = most
        sink = isIgnored ? .ignore : announced ?? 0 > most ? .overflow : .keep
        guard sink == .keep, let announced, announced > bytes.capacity else { return true }
        if spare.capacity > bytes.capacity, reservation.resize(to: Self.reserved(for: spare.capacity)) {
            swap(&spare, &bytes)
        }
        return makeRoom(for: min(announced, Self.mostFirstBytes))
    }

    /// Takes a piece.
    mutating func append(_ piece: Span<UInt8>) {
        received += piece.count
        guard sink == .keep else { return }
        if received > most {
            drop(.overflow)
        } else if received <= bytes.capacity || makeRoom(for: min(max(received, bytes.capacity * 2), most)) {
            bytes.append(piece)
        } else {
            drop(.unaffordable)
        }
    }

    /// Forgets the body; a larger block than the worker's spare one, and not larger than that may be, is lent back.
    mutating func removeAll(spare: inout ByteBuffer) {
        if bytes.capacity > spare.capacity, bytes.capacity <= Self.mostFirstBytes, bytes.capacity > Self.keptBytes {
            swap(&spare, &bytes)
            spare.removeAll()
        }
        bytes.removeAll(keepingAtMost: Self.keptBytes)
        if reservation.bytes > 0 { _ = reservation.resize(to: 0) }
    }

    private mutating func makeRoom(for count: Int) -> Bool {
        count <= bytes.capacity || reservation.resize(to: Self.reserved(for: count)) && bytes.grow(toCapacity: count)
    }

    private mutating func drop(_ newSink: Sink) {
        sink = newSink
        bytes.removeAll(keepingAtMost: Self.keptBytes)
        _ = reservation.resize(to: 0)
    }

    private static func reserved(for capacity: Int) -> Int { capacity > keptBytes ? capacity : 0 }
}
