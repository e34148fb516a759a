package import ActivityLog

// Views cannot pass through the `#expect` macro, so these take text.

extension WorkspaceID {
    /// Whether `text` is a valid id.
    package static func accepts(_ text: String) -> Bool { isValid(Array(text.utf8).span) }
}

extension LogCursor {
    /// Reads a cursor from text.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span)
    }
}

extension KindFilter {
    /// Makes a filter of valid patterns.
    package init(_ patterns: String...) {
        self.init()
        for pattern in patterns {
            let isValid = insert(Array(pattern.utf8).span)
            precondition(isValid, "not a pattern: \(pattern)")
        }
    }
}

extension WorkspaceRegistry {
    /// Finds a workspace by the text of its id.
    package func find(_ id: String) -> Workspace? { find(Array(id.utf8).span) }

    /// Finds or makes a workspace by the text of its id.
    package func findOrCreate(_ id: String) throws(EventLogError) -> Workspace {
        let bytes = Array(id.utf8)
        return try findOrCreate(bytes.span)
    }

    /// Finds or makes several workspaces, all or none.
    package func findOrCreate(_ ids: [String]) throws(EventLogError) -> [Workspace] {
        let ids = ids.map { Array($0.utf8) }
        return try findOrCreate(count: ids.count) { index, use in
            let id = ids[index]
            use(id.span)
        }
    }
}
