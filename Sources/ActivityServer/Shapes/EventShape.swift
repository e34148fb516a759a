internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// What a row of an event looks like: the only place that writes one, whatever it stands in, a page, a line, a merge, a feed
/// or a stream.
///
/// A new shape is a case here and what the compiler then asks for.
enum EventShape: Sendable, Hashable {
    /// The event as it is stored; in an answer about several workspaces with `workspace_id` as its first member.
    case native

    /// Whose row it is.
    enum Owner {
        /// That of the workspace which was asked for: a row need not say it.
        case asked
        /// One of several, by its id.
        case named(OwnedBytes)
    }

    /// What the rows stand in.
    enum Container: Sendable {
        /// A JSON array.
        case array
        /// Lines.
        case lines
        /// A JSON array of the rows of several workspaces.
        case merge
    }

    /// The shape's part of an entity tag, at most 16 bytes: answers to one URL that differ have different tags.
    @inline(__always)
    func tag(in container: Container) -> StaticString {
        switch (self, container) {
        case (.native, .array): "native"
        case (.native, .lines): "ndjson"
        case (.native, .merge): "merged"
        }
    }

    /// Whether a row of the workspace that was asked for is the stored event, byte for byte: then whole runs of events go out
    /// without being looked at.
    @inline(__always)
    var isStored: Bool {
        switch self {
        case .native: true
        }
    }

    /// Appends the row of one event of a run.
    @inline(__always)
    func append(_ slice: EventSlice, at index: Int, of owner: Owner, to bytes: inout ByteBuffer) {
        switch self {
        case .native:
            switch owner {
            case .asked: bytes.append(slice.event(at: index))
            case .named(let workspace):
                bytes.append("{")
                bytes.appendMember(workspaceID: workspace.span)
                let event = slice.event(at: index)
                bytes.append(event.extracting(1..<event.count))
            }
        }
    }

    /// Appends the rows of the workspace that was asked for, each followed by a comma.
    func append(_ slices: EventSlices, to bytes: inout ByteBuffer) {
        switch self {
        case .native:
            for index in 0..<slices.count { slices.append(at: index, to: &bytes) }
        }
    }
}

extension ByteBuffer {
    /// Appends the member that tells the workspace, with a comma behind it. The id is the inside of a JSON string; a
    /// valid one needs no escaping.
    mutating func appendMember(workspaceID workspace: Span<UInt8>) {
        append("\"workspace_id\":\"")
        append(workspace)
        append("\",")
    }
}
