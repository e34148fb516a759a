/// Workspaces by id: open addressing with linear probing, found by the raw bytes of an id without making a key.
///
/// Not synchronised; ``WorkspaceRegistry`` keeps several behind locks.
struct WorkspaceTable {
    /// A power of two of places, at most 7/8 of them taken.
    private var places: [Workspace?]
    /// Workspaces in the table.
    private(set) var count = 0

    init() {
        places = Array(repeating: nil, count: 8)
    }

    /// The workspace with this id, whose hash the caller has. O(1) expected.
    func find(_ id: Span<UInt8>, hash: Int) -> Workspace? {
        var place = hash & (places.count - 1)
        while let workspace = places[place] {
            if workspace.isNamed(id) { return workspace }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    /// Adds a workspace that is not in the table. Amortised O(1).
    mutating func insert(_ workspace: Workspace, hash: Int) {
        if (count + 1) * 8 > places.count * 7 { grow() }
        place(workspace, hash: hash)
        count += 1
    }

    /// Calls `body` with the workspaces at places `range`, clamped to the table; returns whether there are places behind.
    func forEach(inPlaces range: Range<Int>, _ body: (Workspace) -> Void) -> Bool {
        for case let workspace? in places[range.clamped(to: places.indices)] { body(workspace) }
        return range.upperBound < places.count
    }

    private mutating func place(_ workspace: Workspace, hash: Int) {
        var place = hash & (places.count - 1)
        while places[place] != nil { place = (place + 1) & (places.count - 1) }
        places[place] = workspace
    }

    private mutating func grow() {
        let old = places
        places = Array(repeating: nil, count: old.count * 2)
        for case let workspace? in old {
            let id = workspace.id
            place(workspace, hash: WorkspaceID.hash(of: id.span))
        }
    }
}
