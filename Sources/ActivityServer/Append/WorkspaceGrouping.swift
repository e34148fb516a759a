internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers

/// The events of a batch, brought together by workspace: each log gets one contiguous run of drafts in the order of the
/// request. Scratch of one worker, reused from request to request.
struct WorkspaceGrouping {
    /// The workspaces, in the order of their first events.
    private(set) var groups: [WorkspaceBatches.Group] = []
    /// The hashes of their ids.
    private var hashes: [Int] = []
    /// For each event of the request: its group, and how many events of that group precede it.
    private(set) var places: [Place] = []
    /// The drafts, group after group.
    private(set) var drafts: [EventDraft] = []
    /// Open addressing over ``groups``; -1 is a free place.
    private var table: [Int32] = []

    /// Where an event of the request went.
    struct Place: Sendable {
        let group: Int32
        let rank: Int32
    }

    /// Groups `events`, whose ranges lie in `bytes`. O(events) expected.
    mutating func group(_ events: Span<ParsedEvent>, in bytes: Span<UInt8>) {
        groups.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        findGroups(of: events, in: bytes)
        var start = 0
        for index in groups.indices {
            groups[index].firstDraft = start
            start += groups[index].draftCount
        }
        drafts.removeAll(keepingCapacity: true)
        if groups.count == 1 {
            for index in events.indices { drafts.append(events[index].draft) }
            return
        }
        drafts.append(contentsOf: repeatElement(events[0].draft, count: events.count))  // each is overwritten
        for index in events.indices {
            let place = places[index]
            drafts[groups[Int(place.group)].firstDraft + Int(place.rank)] = events[index].draft
        }
    }

    private mutating func findGroups(of events: Span<ParsedEvent>, in bytes: Span<UInt8>) {
        var mask = 0
        for index in events.indices {
            let workspace = events[index].workspace(in: bytes)
            // Most batches are of one workspace: compare with the last event's before hashing.
            if let last = places.last, workspace.equals(id(of: Int(last.group), in: bytes)) {
                add(toGroup: Int(last.group))
                continue
            }
            let hash = WorkspaceID.hash(of: workspace)
            if groups.count * 2 >= mask { mask = growTable() }
            var slot = hash & mask
            while true {
                let group = Int(table[slot])
                if group < 0 {
                    table[slot] = Int32(groups.count)
                    groups.append(
                        WorkspaceBatches.Group(
                            workspaceStart: events[index].workspaceStart, workspaceCount: events[index].workspaceCount,
                            firstDraft: 0, draftCount: 0))
                    hashes.append(hash)
                    add(toGroup: groups.count - 1)
                    break
                }
                if hashes[group] == hash, workspace.equals(id(of: group, in: bytes)) {
                    add(toGroup: group)
                    break
                }
                slot = (slot + 1) & mask
            }
        }
    }

    @_lifetime(copy bytes)
    private func id(of group: Int, in bytes: Span<UInt8>) -> Span<UInt8> {
        let start = Int(groups[group].workspaceStart)
        return bytes.extracting(start..<start + Int(groups[group].workspaceCount))
    }

    private mutating func add(toGroup group: Int) {
        places.append(Place(group: Int32(group), rank: Int32(groups[group].draftCount)))
        groups[group].draftCount += 1
    }

    /// Makes the table at least four times as large as the groups, puts them in, and returns its mask.
    private mutating func growTable() -> Int {
        var size = 16
        while size < groups.count * 4 { size *= 2 }
        table.removeAll(keepingCapacity: true)
        table.append(contentsOf: repeatElement(-1, count: size))
        for index in groups.indices {
            var slot = hashes[index] & (size - 1)
            while table[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            table[slot] = Int32(index)
        }
        return size - 1
    }
}

extension ParsedEvent {
    /// The bytes of the event's workspace id, which lie in the parser's `bytes`.
    @_lifetime(copy bytes)
    func workspace(in bytes: Span<UInt8>) -> Span<UInt8> {
        bytes.extracting(Int(workspaceStart)..<Int(workspaceStart + workspaceCount))
    }
}
