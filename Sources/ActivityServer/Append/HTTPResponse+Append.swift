internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

extension HTTPResponse {
    /// Makes this the reply to one appended event: the event itself, or its id and time stamp.
    mutating func writeAppended(
        _ receipt: AppendReceipt, kind: Span<UInt8>, payload: Span<UInt8>, to request: AppendRequest
    ) {
        beginAppended(to: request)
        let timestamp = EventTimestamp(micros: receipt.timestamp)
        if request.isMinimal {
            body.append("{\"id\":")
            body.append(decimal: receipt.firstID)
            body.append(",\"timestamp\":")
            body.append(timestamp.bytes)
            body.append(UInt8(ascii: "}"))
        } else {
            EventWire.write(id: receipt.firstID, timestamp: timestamp, kind: kind, payload: payload, to: &body)
        }
    }

    /// Makes this the reply to a batch: how many events, and where each of them went, in the order of the request, or, to
    /// one that was read leniently, what was left out of it.
    ///
    /// `workspace` appends the id of the workspace of the event at an index.
    mutating func writeAppended(
        _ receipts: [AppendReceipt], places: [WorkspaceGrouping.Place], to request: AppendRequest,
        workspace: (Int, inout ByteBuffer) -> Void
    ) {
        beginAppended(to: request)
        body.append("{\"count\":")
        body.append(decimal: places.count)
        if request.handling == .lenient {
            status = 200
            body.append(",\"errors\":[")
            if case .events(let refusals) = request.leftOut { body.append(refusals) } else { body.append("]") }
        } else if !request.isMinimal {
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

    private mutating func beginAppended(to request: AppendRequest) {
        status = 201
        isCommitted = true
        withHeaderLines(upTo: 32) { $0.write("Content-Type: application/json\r\n") }
        if request.repairs > 0 { setHeader("Activity-Repaired", decimal: request.repairs) }
        switch (request.isMinimal, request.handling) {
        case (false, .repairing): break
        case (true, .repairing): setHeader("Preference-Applied", value: "return=minimal")
        case (false, .strict): setHeader("Preference-Applied", value: "handling=strict")
        case (true, .strict): setHeader("Preference-Applied", value: "return=minimal, handling=strict")
        case (false, .lenient): setHeader("Preference-Applied", value: "handling=lenient")
        case (true, .lenient): setHeader("Preference-Applied", value: "return=minimal, handling=lenient")
        }
    }
}

extension ByteBuffer {
    /// Appends what was left out of a batch: the rest of an array, and how many do not stand in it.
    fileprivate mutating func append(_ refusals: EventRefusals) {
        var isFirst = true
        for refusal in refusals.listed {
            append(isFirst ? "{\"index\":" : ",{\"index\":")
            isFirst = false
            append(decimal: refusal.index ?? 0)
            append(",\"code\":\"")
            append(text: refusal.code.rawValue)
            append("\",\"detail\":")
            append(jsonString: refusal.detail)
            append(UInt8(ascii: "}"))
        }
        append(UInt8(ascii: "]"))
        if refusals.unlisted > 0 {
            append(",\"errors_unlisted\":")
            append(decimal: refusals.unlisted)
        }
    }
}
