internal import ActivityJSON
internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP
internal import Problems

extension HTTPResponse {
    /// Makes this the reply to feed queries, from the answers to them: `{"pages":[…]}`, a page a query, in their order.
    ///
    /// All pages together hold at most `mostEvents` events, and at most `mostBytes` of them but for a single one; the later
    /// pages are cut to what the earlier ones leave.
    mutating func write(
        _ answers: [PageGathering.Answer], to queries: [FeedQuery], mostEvents: Int, mostBytes: Int
    ) {
        setHeader("Content-Type", value: "application/json")
        setHeader("Cache-Control", value: "private, no-cache")
        body.append("{\"pages\":[")
        var left = mostEvents
        var bytesLeft = mostBytes
        for index in answers.indices {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            let workspace = queries[index].workspace
            body.append("{")
            body.appendMember(workspaceID: workspace.span)
            body.append("\"status\":")
            switch answers[index] {
            case .success(var page):
                page.truncate(to: bytesLeft > 0 ? left : 0)
                let count = page.count
                page.truncate(toBytes: bytesLeft, backwards: false)
                left -= page.count
                bytesLeft = page.count < count ? 0 : bytesLeft - page.byteCount
                writeMembers(of: page)
            case .failure(let problem): writeMembers(of: problem)
            }
            body.append(UInt8(ascii: "}"))
        }
        body.append("]}")
    }

    private mutating func writeMembers(of page: EventPage) {
        body.append("200,\"events\":[")
        EventShape.native.append(page.slices, to: &body)
        // Each event ends in a comma.
        if page.count > 0 { body.truncate(to: body.count - 1) }
        body.append("],\"next\":\"")
        if let epoch = page.version.epoch {
            LogCursor.write(epoch: epoch, id: page.next, to: &body)
            body.append("\",\"epoch\":\"")
            epoch.write(to: &body)
        } else {
            body.append(UInt8(ascii: "0"))
        }
        body.append("\",\"oldest\":")
        body.append(decimal: page.version.oldest)
        body.append(",\"latest\":")
        body.append(decimal: page.version.latest)
        if page.hasMore { body.append(",\"more\":true") }
        if page.missed > 0 {
            body.append(",\"missed\":")
            body.append(decimal: page.missed)
        }
        if page.reset != nil { body.append(",\"reset\":true") }
    }

    private mutating func writeMembers(of problem: Problem) {
        body.append(decimal: Int(problem.status))
        body.append(",\"code\":")
        body.append(jsonString: problem.slug)
        body.append(",\"error\":")
        body.append(jsonString: problem.detail)
    }
}
