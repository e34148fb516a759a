internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

extension HTTPResponse {
    /// Makes this the reply to one appended event: the event itself, or its id and time stamp.
    mutating func writeAppended(
        _ receipt: AppendReceipt, kind: Span<UInt8>, payload: Span<UInt8>, isMinimal: Bool
    ) {
        beginAppended(isMinimal: isMinimal)
        let timestamp = EventTimestamp(micros: receipt.timestamp)
        if isMinimal {
            body.append("{\"id\":")
            body.append(decimal: receipt.firstID)
            body.append(",\"timestamp\":")
            body.append(timestamp.bytes)
            body.append(UInt8(ascii: "}"))
        } else {
            EventWire.write(id: receipt.firstID, timestamp: timestamp, kind: kind, payload: payload, to: &body)
        }
    }

    /// Makes this the reply to a batch: how many events, and where each of them went, in the order of the request.
    ///
    /// `workspace` appends the id of the workspace of the event at an index.
    mutating func writeAppended(
        _ receipts: [AppendReceipt], places: [WorkspaceGrouping.Place], isMinimal: Bool,
        workspace: (Int, inout ByteBuffer) -> Void
    ) {
        beginAppended(isMinimal: isMinimal)
        body.append("{\"count\":")
        body.append(decimal: places.count)
        if !isMinimal {
            body.append(",\"events\":")
            var separator = UInt8(ascii: "[")
            for index in places.indices {
                let place = places[index]
                body.append(separator)
                body.append("{\"workspace_id\":\"")
                workspace(index, &body)
                body.append("\",\"id\":")
                body.append(decimal: receipts[Int(place.group)].firstID + Int(place.rank))
                body.append(UInt8(ascii: "}"))
                separator = UInt8(ascii: ",")
            }
            body.append(UInt8(ascii: "]"))
        }
        body.append(UInt8(ascii: "}"))
    }

    private mutating func beginAppended(isMinimal: Bool) {
        status = 201
        isCommitted = true
        withHeaderLines(upTo: 32) { $0.write("Content-Type: application/json\r\n") }
        if isMinimal { setHeader("Preference-Applied", value: "return=minimal") }
    }
}
