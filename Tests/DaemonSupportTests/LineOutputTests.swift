import Foundation
import Logging
import Testing

@testable import DaemonSupport

/// What happens to log lines when nobody reads them.
@Suite(.timeLimit(.minutes(1))) struct LineOutputTests {
    /// Two connected descriptors, the first to read from. Neither blocks its reader.
    enum Channel: CaseIterable {
        case pipe, streamSocket

        func open() throws -> (reading: FileHandle, writing: FileHandle) {
            var ends: [Int32] = [-1, -1]
            let result =
                switch self {
                case .pipe: Glibc.pipe(&ends)
                case .streamSocket: socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
                }
            try #require(result == 0)
            _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
            return (
                FileHandle(fileDescriptor: ends[0], closeOnDealloc: true),
                FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
            )
        }
    }

    private func makeHandler(_ writing: FileHandle) -> StandardErrorLogHandler {
        StandardErrorLogHandler(
            level: .debug, format: .journal, output: LineOutput(descriptor: writing.fileDescriptor, patience: 0))
    }

    /// What waits to be read, by lines.
    private func lines(_ reading: FileHandle) -> [String] {
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(reading.fileDescriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            text += chunk[..<count]
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(arguments: Channel.allCases)
    func linesThatNobodyReadsAreDroppedAndCounted(channel: Channel) throws {
        let (reading, writing) = try channel.open()
        let logger = Logger(label: "") { _ in makeHandler(writing) }
        for number in 0..<10_000 { logger.info("\(number) \(String(repeating: "x", count: 200))") }
        let kept = lines(reading)
        // Whole lines from the first on, then none.
        #expect(kept.count > 50 && kept.count < 10_000)
        for (number, line) in kept.enumerated() { #expect(line.hasPrefix("<6>\(number) x")) }

        logger.info("again")
        let notice = "<4>log lines were dropped: nobody read standard error count=\(10_000 - kept.count)"
        #expect(lines(reading) == [notice, "<6>again"])
        logger.info("once")
        #expect(lines(reading) == ["<6>once"])
    }

    @Test(arguments: Channel.allCases)
    func theCountIsToldAlsoWhenNothingIsLogged(channel: Channel) throws {
        let (reading, writing) = try channel.open()
        let handler = makeHandler(writing)
        handler.reportDropped()
        #expect(lines(reading).isEmpty)
        let logger = Logger(label: "") { _ in handler }
        for _ in 0..<10_000 { logger.info("\(String(repeating: "x", count: 200))") }
        handler.reportDropped()
        #expect(!lines(reading).contains { $0.contains("dropped") })
        handler.reportDropped()
        handler.reportDropped()
        #expect(lines(reading).count == 1)
    }

    @Test func aLineOfFullLengthIsWrittenWholeOrNotAtAll() throws {
        let (reading, writing) = try Channel.pipe.open()
        let logger = Logger(label: "") { _ in makeHandler(writing) }
        for _ in 0..<100 { logger.info("\(String(repeating: "x", count: 5000))") }
        let kept = lines(reading)
        #expect(!kept.isEmpty)
        #expect(kept.allSatisfy { $0.utf8.count == LogLine.longest - 1 })
    }

    @Test func aReaderThatIsGoneCostsNothingButTheLines() throws {
        // As the daemon does, so that a broken pipe is an error of the write.
        signal(SIGPIPE, SIG_IGN)
        for channel in Channel.allCases {
            let (reading, writing) = try channel.open()
            try reading.close()
            let logger = Logger(label: "") { _ in makeHandler(writing) }
            for _ in 0..<10 { logger.info("nobody") }
        }
    }
}
