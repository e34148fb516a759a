package import ByteBuffers

/// A log at a glance.
package struct LogDescription: Equatable, Sendable {
    /// The workspace's id.
    package var workspace: OwnedBytes
    /// The log's life and the ids that it holds.
    package var version: LogVersion
    /// Events resident.
    package var count: Int
    /// Bytes of them in their wire form.
    package var bytes: Int
    /// When the last append was, in microseconds since the Unix epoch; nil when there was none in this epoch.
    package var lastAppend: Int64?

    /// Describes the log of `workspace`.
    package init(workspace: OwnedBytes, version: LogVersion, count: Int, bytes: Int, lastAppend: Int64?) {
        self.workspace = workspace
        self.version = version
        self.count = count
        self.bytes = bytes
        self.lastAppend = lastAppend
    }
}

/// Which logs a list names: those whose id begins with `prefix`, ascending by the bytes of their ids.
package struct LogListing: Equatable, Sendable {
    /// What the ids begin with; empty: any.
    package var prefix: OwnedBytes
    /// Only ids after this one; nil: from the first.
    package var after: OwnedBytes?
    /// Most logs.
    package var limit: Int

    /// Lists everything, up to `limit`.
    package init(prefix: OwnedBytes = .empty, after: OwnedBytes? = nil, limit: Int = .max) {
        self.prefix = prefix
        self.after = after
        self.limit = limit
    }

    /// Whether the list can name `id`.
    package func covers(_ id: Span<UInt8>) -> Bool {
        let prefix = prefix.array
        guard id.count >= prefix.count, id.extracting(first: prefix.count).equals(prefix.span) else { return false }
        guard let after else { return true }
        return after.span.order(against: id) < 0
    }

    /// The first ``limit`` of `descriptions` in the order of a list.
    package func cut(_ descriptions: [LogDescription]) -> [LogDescription] {
        let sorted = descriptions.sorted { left, right in
            let (left, right) = (left.workspace.array, right.workspace.array)
            return left.span.order(against: right.span) < 0
        }
        return Array(sorted.prefix(limit))
    }
}
