internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

extension HTTPResponse {
    /// Makes this the reply to a merged read: at most `limit` events of the pages, which are those of `workspaces`,
    /// and none more once there are `mostBytes`. Throws when there is no memory for a first one.
    ///
    /// `validated` says that the answer is a function of the logs' versions, which then become the `ETag`.
    mutating func write(
        merged pages: [EventPage], of workspaces: [OwnedBytes], limit: Int, mostBytes: Int, validated: Bool
    ) throws(Problem) {
        writeMergedHead(validated ? MergedVersion(pages) : nil)
        setHeader("Content-Type", value: "application/json")
        var merge = EventMerge(pages)
        var rows = 0
        body.append(UInt8(ascii: "["))
        while rows < limit, body.count < mostBytes, !merge.isAtEnd {
            if rows > 0 { body.append(UInt8(ascii: ",")) }
            merge.takeNext { page, slice, event in
                EventShape.native.append(slice, at: event, of: .named(workspaces[page]), to: &body)
            }
            rows += 1
        }
        body.append(UInt8(ascii: "]"))
        // An empty page would be asked for again at once.
        if merge.isCut, rows == 0 { throw .noMemoryForEvents }
        if !merge.isAtEnd || merge.isCut || pages.contains(where: \.hasMore) { setHeader("Activity-More", value: "1") }
    }

    /// Makes this the 304 to a merged read whose reader has this version.
    mutating func writeUnchanged(_ version: MergedVersion) {
        status = 304
        writeMergedHead(version)
    }

    private mutating func writeMergedHead(_ version: MergedVersion?) {
        if let version { withHeader("ETag") { version.writeTag(to: &$0) } }
        setHeader("Cache-Control", value: "private, no-cache")
        setHeader("Vary", value: "Accept")
    }
}
