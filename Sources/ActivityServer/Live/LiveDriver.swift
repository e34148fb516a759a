internal import ActivityLog
internal import ByteBuffers
internal import MicroHTTP

/// Decides what goes out on the live connections of one loop: streams that share a channel, merged streams, and requests
/// that wait. All of it on the loop's thread; other threads send ``LiveCommand``s.
///
/// A change of a log becomes ``LiveWork``: each item is one read, done one after the other, some of them in each turn of the
/// loop, so that no reader holds the loop up for longer than one chunk.
final class LiveDriver: StreamDriver {
    /// A stream whose peer reads nothing for this long is cut, in milliseconds.
    static let stalledMilliseconds: UInt64 = 60_000
    /// Items of work in one turn of the loop.
    private static let turnItems = 64
    /// How often streams are looked over, in milliseconds.
    private static let surveyMilliseconds: UInt64 = 1000

    let logs: EventLogs
    let loop: StreamLoop<LiveDriver>
    private var settings: SettingsSource.View
    var limits: LiveLimits { settings.settings.live }
    let admission: LiveAdmission
    var topics: LogTopics { logs.topics }

    var followings: [OwnedBytes: Following] = [:]
    var channels: [LiveChannel.Key: LiveChannel] = [:]
    var channelsByNumber: [UInt64: LiveChannel] = [:]
    /// By slot.
    var readers: [LiveReader?] = []
    var waits: [UInt64: LiveWait] = [:]
    /// The waits that end in a tick, by its number.
    var due: [UInt64: [UInt64]] = [:]
    /// The tick up to which waits have been ended.
    var lastDue: UInt64?
    /// Waits whose peer is not watched yet.
    var unwatched: [UInt64] = []

    private var work = LiveWork()
    private var lastNumber: UInt64 = 0
    private var nextSurvey: UInt64 = 0
    private let heartbeats: [LiveFormat: StreamChunk]

    init(
        logs: EventLogs, loop: StreamLoop<LiveDriver>, settings: SettingsSource,
        admission: LiveAdmission
    ) {
        self.logs = logs
        self.admission = admission
        self.loop = loop
        self.settings = SettingsSource.View(of: settings)
        heartbeats = [
            .eventStream: StreamChunk(LiveFormat.eventStream.heartbeat),
            .ndjson: StreamChunk(LiveFormat.ndjson.heartbeat),
        ]
    }

    // MARK: StreamDriver

    var needsTicks: Bool { !waits.isEmpty }

    func receive(_ commands: [LiveCommand], on streams: StreamTable) {
        _ = settings.refresh()
        for command in commands {
            switch command {
            case .open(let socket, let head, let subscription): open(socket, head: head, subscription, on: streams)
            case .wait(let poll, let exchange, let deadline, let seat):
                wait(with: poll, exchange, until: deadline, seat, on: streams)
            case .changed(let topic): noteChange(of: topic)
            case .read(let target, let result): take(result, for: target, on: streams)
            case .attempted(let number, let outcome): take(outcome, of: number)
            }
        }
    }

    func streamCaughtUp(_ stream: StreamID, on streams: StreamTable) {
        if let reader = reader(of: stream) { add(.reader(reader)) }
    }

    func streamEnded(_ stream: StreamID, on streams: StreamTable) {
        if let reader = reader(of: stream) { forget(reader) }
    }

    func peerLeft(_ watch: UInt64, on streams: StreamTable) {
        guard let wait = waits[watch] else { return }
        wait.isOver = true
        add(.wait(wait))
    }

    func tick(on streams: StreamTable) {
        _ = settings.refresh()
        tickWaits(on: streams)
        if streams.now >= nextSurvey {
            nextSurvey = streams.now + Self.surveyMilliseconds
            survey(streams)
        }
    }

    var hasWork: Bool { !work.isEmpty }

    func work(on streams: StreamTable) {
        for _ in 0..<min(work.count, Self.turnItems) {
            switch work.take() {
            case .channel(let channel): pump(channel, on: streams)
            case .reader(let reader):
                if reader.channel == nil { pumpMerged(reader, on: streams) } else { catchUp(reader, on: streams) }
            case .wait(let wait): attempt(wait)
            case nil: return
            }
        }
    }

    func stop(on streams: StreamTable) {
        for wait in waits.values {
            wait.isOver = true
            attempt(wait)
        }
        endStreams(on: streams)
        work = LiveWork()
        for following in followings.values {
            let workspace = following.topic.workspace
            topics.unsubscribe(following.topic, from: workspace.span)
        }
        followings = [:]
    }

    // MARK: Work

    func add(_ item: LiveWork.Item) { work.add(item) }

    /// Asks a log, and takes the page at once when it has it.
    func read(_ workspace: OwnedBytes, _ query: EventQuery, for target: LiveTarget, on streams: StreamTable) {
        do throws(StoreError) {
            let answer = try logs.query(query, of: workspace.span) { [loop] in
                { loop.send(.read(target, $0)) }
            }
            if case .now(let page) = answer { take(.success(page), for: target, on: streams) }
        } catch {
            take(.failure(error), for: target, on: streams)
        }
    }

    private func take(_ result: Result<EventPage, StoreError>, for target: LiveTarget, on streams: StreamTable) {
        switch target {
        case .channel(let number):
            if let channel = channelsByNumber[number] { take(result, for: channel, on: streams) }
        case .reader(let stream):
            if let reader = reader(of: stream) { take(result, for: reader, on: streams) }
        case .merged(let stream, let place):
            if let reader = reader(of: stream) { take(result, for: reader, place: place, on: streams) }
        }
    }

    private func noteChange(of topic: LiveTopic) {
        // Before the reads: an append from here on is another change.
        topic.expectChange()
        guard let following = followings[topic.workspace] else { return }
        for channel in following.channels { add(.channel(channel)) }
        for (stream, place) in following.merged {
            guard let reader = reader(of: stream) else { continue }
            reader.merged?.places[place].isStale = true
            add(.reader(reader))
        }
        // Who came first is answered first.
        for wait in following.waits.values.sorted(by: { $0.number < $1.number }) { add(.wait(wait)) }
    }

    // MARK: Who is here

    func newNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    func reader(of stream: StreamID) -> LiveReader? {
        let slot = Int(stream.slot)
        guard slot < readers.count, let reader = readers[slot], reader.stream == stream else { return nil }
        return reader
    }

    /// Heartbeats, streams that have lasted long enough, and peers that do not read.
    private func survey(_ streams: StreamTable) {
        for case let reader? in readers where streams.now >= reader.endsAt {
            forget(reader)
            streams.end(reader.stream)
        }
        let quiet = streams.quiet(
            idle: UInt64(limits.heartbeatSeconds) * 1000, stalled: Self.stalledMilliseconds)
        for stream in quiet.idle {
            guard let reader = reader(of: stream), let heartbeat = heartbeats[reader.format] else { continue }
            // The head of a stream whose log has not answered yet is as good a sign of life.
            let chunk = reader.hasBegun ? heartbeat : StreamChunk(reader.takePreamble())
            switch streams.send(chunk, to: stream) {
            case .sent: break
            case .waiting: fellBehind(reader)
            case .ended: forget(reader)
            }
        }
        for stream in quiet.stalled {
            if let reader = reader(of: stream) { forget(reader) }
            streams.close(stream)
        }
    }
}
