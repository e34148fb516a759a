internal import ByteBuffers

/// Workspaces by id: open addressing with linear probing, found by the raw bytes of an id without making a key.
///
/// Not synchronised; ``MemoryStore`` keeps several behind locks.
struct WorkspaceTable {
    /// A power of two of places, at most 7/8 of them taken.
    private var places: [MemoryWorkspace?]
    /// Workspaces in the table.
    private(set) var count = 0

    init() {
        places = Array(repeating: nil, count: 8)
    }

    /// The workspace with this id, whose hash the caller has. O(1) expected.
    func find(_ id: Span<UInt8>, hash: Int) -> MemoryWorkspace? {
        var place = hash & (places.count - 1)
        while let workspace = places[place] {
            if workspace.isNamed(id) { return workspace }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    /// Adds a workspace that is not in the table. Amortised O(1).
    mutating func insert(_ workspace: MemoryWorkspace, hash: Int) {
        if (count + 1) * 8 > places.count * 7 { grow() }
        place(workspace, hash: hash)
        count += 1
    }

    /// Takes a workspace out; false when it is not in the table. O(1) expected.
    mutating func remove(_ workspace: MemoryWorkspace, hash: Int) -> Bool {
        let mask = places.count - 1
        var hole = hash & mask
        while places[hole] !== workspace {
            guard places[hole] != nil else { return false }
            hole = (hole + 1) & mask
        }
        count -= 1
        // What was pushed on by it moves back, so that probing never meets a hole before its goal.
        var next = (hole + 1) & mask
        while let other = places[next] {
            let home = Self.hash(of: other) & mask
            if (next - home) & mask >= (next - hole) & mask {
                places[hole] = other
                hole = next
            }
            next = (next + 1) & mask
        }
        places[hole] = nil
        return true
    }

    private static func hash(of workspace: MemoryWorkspace) -> Int {
        let id = workspace.id
        return WorkspaceID.hash(of: id.span)
    }

    /// Calls `body` with the workspaces at places `range`, clamped to the table; returns whether there are places after them.
    func forEach(inPlaces range: Range<Int>, _ body: (MemoryWorkspace) -> Void) -> Bool {
        for case let workspace? in places[range.clamped(to: places.indices)] { body(workspace) }
        return range.upperBound < places.count
    }

    private mutating func place(_ workspace: MemoryWorkspace, hash: Int) {
        var place = hash & (places.count - 1)
        while places[place] != nil { place = (place + 1) & (places.count - 1) }
        places[place] = workspace
    }

    private mutating func grow() {
        let old = places
        places = Array(repeating: nil, count: old.count * 2)
        for case let workspace? in old {
            place(workspace, hash: Self.hash(of: workspace))
        }
    }
}
