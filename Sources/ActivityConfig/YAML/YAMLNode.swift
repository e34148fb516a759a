/// A place in a YAML text; line and column count from 1, the column in Unicode scalars.
struct YAMLMark: Equatable {
    let line: Int
    let column: Int
}

/// A value of a YAML document: a tree in which an alias shares the node of its anchor.
///
/// Sharing costs nothing, however often aliases multiply, as long as nobody walks the tree without a limit. Tags are
/// not kept: what a scalar means is decided by the key that takes it.
struct YAMLNode {
    /// What it holds.
    enum Content {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// The entries in their order. No two keys are the same text.
        case mapping([YAMLEntry])
    }

    /// Where it begins; for an alias, where the node of its anchor does.
    let mark: YAMLMark
    /// What it holds.
    let content: Content
    /// Levels of nodes from this one to the deepest below it, itself included, and through aliases.
    let height: Int

    /// Makes a node and counts its levels. O(children).
    init(_ content: Content, at mark: YAMLMark) {
        self.content = content
        self.mark = mark
        let below =
            switch content {
            case .scalar: 0
            case .sequence(let nodes): nodes.map(\.height).max() ?? 0
            case .mapping(let entries): entries.map { max($0.key.height, $0.value.height) }.max() ?? 0
            }
        height = below + 1
    }

    /// The scalar, if it is one.
    var scalar: YAMLScalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }
}

/// A scalar: its text, whatever it looks like, and whether it stood bare.
struct YAMLScalar: Equatable {
    /// How it was written.
    enum Style {
        case plain
        case singleQuoted
        case doubleQuoted
        case literal
        case folded
    }

    /// The text, with escapes and folds undone.
    let text: String
    /// How it was written. `~` and `<<` mean something only when plain.
    let style: Style
}

/// An entry of a mapping. YAML allows any node for a key.
struct YAMLEntry {
    let key: YAMLNode
    let value: YAMLNode
}
