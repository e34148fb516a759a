/// The query parameters of a merged read. A parameter that is not a case here does not exist: it is refused by name.
enum MergeParameter: String, CaseIterable {
    case workspaces
    case limit
    case kind
    case sinceSecs = "since_secs"
    /// Of a stream only.
    case since
}
