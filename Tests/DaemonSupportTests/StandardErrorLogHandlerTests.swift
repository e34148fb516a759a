import DaemonSupport
import Foundation
import Logging
import Testing

@Suite struct StandardErrorLogHandlerTests {
    @Test func anEventIsOneLineWithTheCurrentTime() throws {
        let before = Date()
        let text = output { $0.notice("hello", metadata: ["n": "1"]) }
        let stamp = try #require(text.split(separator: " ").first)
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let time = try Date(String(stamp), strategy: format)
        #expect(text == "\(stamp) notice hello n=1\n")
        #expect(time.timeIntervalSince(before) > -0.001 && time <= Date())
    }

    @Test func anEventBelowTheLevelIsNotWritten() {
        let text = output(level: .warning, format: .journal) {
            $0.notice("quiet")
            $0.warning("loud")
        }
        #expect(text == "<4>loud\n")
    }

    @Test func theMoreSpecificMetadataWins() {
        let text = output(format: .journal) { logger in
            var logger = logger
            logger.handler.metadataProvider = Logger.MetadataProvider { ["b": "provider", "c": "provider"] }
            logger[metadataKey: "a"] = "logger"
            logger[metadataKey: "b"] = "logger"
            logger.info("m", metadata: ["c": "event"])
        }
        #expect(text == "<6>m a=logger b=provider c=event\n")
    }

    @Test func settingMetadataOrLevelOfOneLoggerLeavesItsCopyAlone() {
        let text = output(format: .journal) { logger in
            var copy = logger
            copy.logLevel = .error
            copy[metadataKey: "k"] = "v"
            logger.info("original")
            copy.info("silent")
            copy.error("copy")
        }
        #expect(text == "<6>original\n<3>copy k=v\n")
    }

    @Test func linesOfSeveralThreadsNeverMix() {
        let filler = String(repeating: "x", count: 3000)
        let text = output(format: .journal) { logger in
            DispatchQueue.concurrentPerform(iterations: 8) { thread in
                for index in 0..<50 { logger.info("\(filler)", metadata: ["from": "\(thread).\(index)"]) }
            }
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count == 400)
        #expect(lines.allSatisfy { $0.hasPrefix("<6>\(filler) from=") && $0.utf8.count < 3020 })
        #expect(Set(lines).count == 400)
    }

    @Test func theJournalFormatNeedsTheJournalsOwnSocket() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        let own = "\(status.st_dev):\(status.st_ino)"
        #expect(LogFormat.suiting(descriptor: descriptor, journalStream: own) == .journal)
        #expect(LogFormat.suiting(descriptor: descriptor, journalStream: "\(own)1") == .timestamped)
        #expect(LogFormat.suiting(descriptor: descriptor, journalStream: nil) == .timestamped)
        #expect(LogFormat.suiting(descriptor: -1, journalStream: own) == .timestamped)
    }

    /// What `body` makes a logger write to its descriptor, read to the end while `body` runs.
    private func output(
        level: Logger.Level = .info, format: LogFormat = .timestamped, _ body: @Sendable @escaping (Logger) -> Void
    ) -> String {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        let writing = DispatchWorkItem {
            body(
                Logger(label: "test") { _ in
                    StandardErrorLogHandler(
                        level: level, format: format, output: LineOutput(descriptor: descriptor, patience: 60_000))
                })
            try? pipe.fileHandleForWriting.close()
        }
        DispatchQueue.global().async(execute: writing)
        return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
}
