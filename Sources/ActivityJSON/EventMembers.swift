internal import ActivityLog

/// The members of one event that have been read so far.
struct EventMembers {
    /// The members that an event may have.
    struct Names: OptionSet {
        let rawValue: UInt8

        static let workspace = Names(rawValue: 1)
        static let kind = Names(rawValue: 2)
        static let payload = Names(rawValue: 4)
    }

    var seen: Names = []
    var workspaceStart: UInt32 = 0
    var workspaceCount: UInt32 = 0
    var draft = EventDraft(kindStart: 0, kindCount: 0, payloadStart: 0, payloadCount: 0)
}
