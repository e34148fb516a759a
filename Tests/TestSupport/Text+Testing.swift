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
