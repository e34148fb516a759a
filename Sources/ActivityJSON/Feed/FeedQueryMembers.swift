internal import ActivityLog

/// The members of one query that have been read so far.
struct FeedQueryMembers {
    /// The members that a query may have.
    struct Names: OptionSet {
        let rawValue: UInt8

        static let workspace = Names(rawValue: 1)
        static let since = Names(rawValue: 2)
        static let limit = Names(rawValue: 4)
        static let kind = Names(rawValue: 8)
    }

    var seen: Names = []
    /// The inside of the JSON string of the workspace id.
    var workspace: [UInt8] = []
    var query: EventQuery
    /// The first of the values that refuse this query and no other.
    private var refusal: Fault?

    init(limit: Int) {
        query = EventQuery(limit: limit)
    }

    /// Refuses this query alone, unless an earlier value has done so.
    mutating func refuse(_ fault: Fault) {
        if refusal == nil { refusal = fault }
    }

    /// What becomes of the query at `index`.
    func question(at index: Int) -> Result<EventQuery, BodySyntaxError> {
        guard let refusal else { return .success(query) }
        // Without line and column: finding them is O(body), and each query of a request may be refused.
        return .failure(
            BodySyntaxError(
                offset: refusal.offset, index: index, item: .query, problem: refusal.problem, location: nil, found: nil,
                excerpt: ""))
    }
}
