internal import ActivityLog
internal import ByteBuffers

/// How a stream names what it sends: the token after each event, and whose row it is.
enum LiveNames {
    /// A stream of one workspace: tokens are `<epoch>-<id>`, rows are the events as stored.
    case plain
    /// A stream of several: a token is one for each workspace in the order of the ids, joined by `.`; a row's first
    /// member tells the workspace. ``LiveTokens`` reads them back.
    case merged(workspace: OwnedBytes, place: Int, positions: [LivePosition])

    /// Appends the token of the place after the event whose id has these digits.
    func appendToken(_ epoch: LogEpoch?, _ digits: Span<UInt8>, to bytes: inout ByteBuffer) {
        switch self {
        case .plain: Self.appendToken(epoch, digits, to: &bytes)
        case .merged(_, let place, let positions):
            for index in positions.indices {
                if index > 0 { bytes.append(UInt8(ascii: ".")) }
                if index == place {
                    Self.appendToken(epoch, digits, to: &bytes)
                } else {
                    positions[index].write(to: &bytes)
                }
            }
        }
    }

    /// Whose rows they are.
    var owner: EventShape.Owner {
        switch self {
        case .plain: .asked
        case .merged(let workspace, _, _): .named(workspace)
        }
    }

    /// Appends the member that tells the workspace, with a comma behind it; nothing on a stream of one.
    func appendOwner(to bytes: inout ByteBuffer) {
        if case .merged(let workspace, _, _) = self { bytes.appendMember(workspaceID: workspace.span) }
    }

    private static func appendToken(_ epoch: LogEpoch?, _ digits: Span<UInt8>, to bytes: inout ByteBuffer) {
        if let epoch {
            epoch.write(to: &bytes)
            bytes.append("-")
        }
        bytes.append(digits)
    }
}
