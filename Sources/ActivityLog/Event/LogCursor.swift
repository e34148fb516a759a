package import ByteBuffers

/// A place in a log: "after the event with this id".
package enum LogCursor: Equatable, Sendable {
    /// A bare id: it says nothing of the log's life.
    case id(Int)
    /// A token `<epoch>-<id>`, as ``write(epoch:id:to:)`` hands it out: unique over workspaces and restarts.
    case token(LogEpoch, Int)

    /// Reads either form; nil when malformed: signs, spaces, leading text, an id beyond `Int`.
    package init?(_ text: Span<UInt8>) {
        if let id = text.decimal {
            self = .id(id)
            return
        }
        guard text.count > LogEpoch.textCount + 1, text[LogEpoch.textCount] == UInt8(ascii: "-"),
            let epoch = LogEpoch(text.extracting(first: LogEpoch.textCount)),
            let id = text.extracting((LogEpoch.textCount + 1)..<text.count).decimal
        else { return nil }
        self = .token(epoch, id)
    }

    /// Whether this is a bare number that no log's ids get to, but the milliseconds of a date from 2001 to 5138 do.
    package var looksLikeMilliseconds: Bool {
        if case .id(let id) = self { (1_000_000_000_000...100_000_000_000_000).contains(id) } else { false }
    }

    /// Most bytes of a token: an epoch, `-`, 19 digits.
    package static let mostTokenBytes = LogEpoch.textCount + 20

    /// Appends the token of the place after event `id`.
    package static func write(epoch: LogEpoch, id: Int, to bytes: inout ByteBuffer) {
        bytes.appendPieces(upTo: mostTokenBytes) { write(epoch: epoch, id: id, to: &$0) }
    }

    /// Writes the token of the place after event `id`: at most ``mostTokenBytes``.
    @inline(__always)
    package static func write(epoch: LogEpoch, id: Int, to cursor: inout ByteCursor) {
        epoch.write(to: &cursor)
        cursor.write(UInt8(ascii: "-"))
        cursor.write(decimal: id)
    }
}
