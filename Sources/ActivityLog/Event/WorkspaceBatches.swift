internal import ByteBuffers

/// Events for several logs, appended together or not at all: one ``EventBatch`` a workspace, each workspace once.
///
/// A view, as ``EventBatch`` is.
package struct WorkspaceBatches: ~Escapable {
    /// One workspace's part.
    package struct Group: BitwiseCopyable, Sendable {
        /// Where the workspace's id begins in the bytes, and how many it has.
        package var workspaceStart: UInt32
        package var workspaceCount: UInt32
        /// Where its drafts begin, and how many there are.
        package var firstDraft: Int
        package var draftCount: Int

        /// Makes the group of `draftCount` drafts from `firstDraft` on.
        package init(workspaceStart: UInt32, workspaceCount: UInt32, firstDraft: Int, draftCount: Int) {
            self.workspaceStart = workspaceStart
            self.workspaceCount = workspaceCount
            self.firstDraft = firstDraft
            self.draftCount = draftCount
        }
    }

    /// What ids and drafts refer to.
    package let bytes: Span<UInt8>
    /// The drafts of all groups.
    package let drafts: Span<EventDraft>
    /// The workspaces.
    package let groups: Span<Group>

    /// Puts a batch together.
    @_lifetime(copy bytes, copy drafts, copy groups)
    package init(bytes: Span<UInt8>, drafts: Span<EventDraft>, groups: Span<Group>) {
        self.bytes = bytes
        self.drafts = drafts
        self.groups = groups
    }

    /// Number of workspaces.
    package var count: Int { groups.count }

    /// The id of the workspace at `index`.
    @_lifetime(copy self)
    package func workspace(at index: Int) -> Span<UInt8> {
        let start = Int(groups[index].workspaceStart)
        return bytes.extracting(start..<start + Int(groups[index].workspaceCount))
    }

    /// The events for the workspace at `index`.
    @_lifetime(copy self)
    package func batch(at index: Int) -> EventBatch {
        let start = groups[index].firstDraft
        return EventBatch(bytes: bytes, drafts: drafts.extracting(start..<start + groups[index].draftCount))
    }
}

/// Batches that outlive the request that they came with.
package struct OwnedBatches: Sendable {
    private let bytes: OwnedBytes
    private let drafts: [EventDraft]
    private let groups: [WorkspaceBatches.Group]

    /// Copies `batches`.
    package init(_ batches: borrowing WorkspaceBatches) {
        bytes = OwnedBytes(batches.bytes)
        let (drafts, groups) = (batches.drafts, batches.groups)
        self.drafts = drafts.indices.map { drafts[$0] }
        self.groups = groups.indices.map { groups[$0] }
    }

    /// Calls `body` with a view of them.
    package func withView<Result>(_ body: (borrowing WorkspaceBatches) -> Result) -> Result {
        body(WorkspaceBatches(bytes: bytes.span, drafts: drafts.span, groups: groups.span))
    }
}
