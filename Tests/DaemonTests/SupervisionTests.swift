import Foundation
import TestSupport
import Testing

/// How a service manager hears that the daemon does not start, and what becomes of log lines that it does not read.
@Suite struct SupervisionTests {
    let directory: TemporaryDirectory
    let supervisor: DatagramReceiver

    init() throws {
        directory = try TemporaryDirectory()
        supervisor = try DatagramReceiver(address: "\(directory.path)/notify")
    }

    /// Runs the daemon to its end with `text` for its configuration, with standard error as the journal's.
    private func refuse(_ text: String) throws -> (exit: ChildProcess.Exit, lines: [String]) {
        let file = try directory.write(text, to: "activityd.yaml")
        // systemd puts device and inode of the stream there (systemd.exec(5)).
        let script = #"JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) exec "$0" serve --config "$1""#
        let run = try ChildProcess(
            "sh", ["-c", script, BuiltBinary.path, file], environment: ["NOTIFY_SOCKET": supervisor.address])
        let exit = try run.waitForExit(within: 30)
        return (exit, run.errors.replacing("\(directory.path)/", with: "").split(separator: "\n").map(String.init))
    }

    @Test func aMistakeOfTheConfigurationHasAStatusOfItsOwnAndIsTold() throws {
        let (exit, lines) = try refuse("server:\n  wrkers: 1\n  listen: [':x', ':y']\n")
        #expect(exit == .status(78))
        #expect(
            lines == [
                "<4>activityd.yaml:2:3: warning: unknown key 'wrkers' (did you mean 'workers'?)",
                "<4>  wrkers: 1", "<4>  ^~~~~~",
                "<3>activityd.yaml:3:12: error: not an address: ':x': the port 'x' is not a number from 0 to 65535",
                "<3>  listen: [':x', ':y']", "<3>           ^~~~",
                "<3>activityd.yaml:3:18: error: not an address: ':y': the port 'y' is not a number from 0 to 65535",
                "<3>  listen: [':x', ':y']", "<3>                 ^~~~",
            ])
        let status = supervisor.receive()?.replacing("\(directory.path)/", with: "")
        #expect(
            status == """
                STATUS=not started: activityd.yaml:3:12: not an address: ':x': the port 'x' is not a number from 0 to \
                65535 (and 1 more)
                ERRNO=\(EINVAL)
                """)
        #expect(supervisor.receive() == nil)
    }

    @Test func whatOnlyAnotherConfigurationMendsIsAMistakeOfIt() throws {
        try directory.write("precious", to: "file")
        let (exit, lines) = try refuse("server: {listen: 'unix:\(directory.path)/file'}\n")
        #expect(exit == .status(78))
        #expect(lines.last?.hasPrefix("<3>cannot serve: ") == true)
        #expect(supervisor.receive()?.hasPrefix("STATUS=cannot serve: ") == true)
    }

    @Test func anAddressInUseIsWorthAnotherStart() throws {
        let daemon = try DaemonProcess()
        let (exit, lines) = try refuse("server: {listen: '\(daemon.address)'}\n")
        #expect(exit == .status(1))
        #expect(lines.last?.hasPrefix("<3>cannot serve: cannot listen on '\(daemon.address)'") == true)
        #expect(supervisor.receive()?.hasSuffix("\nERRNO=\(EADDRINUSE)") == true)
    }

    @Test func theUnitDoesNotRepeatAStartThatCannotSucceed() throws {
        let unit = try String(contentsOfFile: UnitFileTests.path, encoding: .utf8)
        let statuses = unit.firstMatch(of: /\nRestartPreventExitStatus=(.+)\n/)?.output.1.split(separator: " ") ?? []
        #expect(statuses.contains("78"))
        #expect(!statuses.contains("1"))
        let (exit, _) = try refuse("{")
        #expect(exit == .status(78))
    }

    @Test func theDaemonGoesOnWhenNobodyReadsStandardError() throws {
        let fifo = "\(directory.path)/stderr"
        try #require(mkfifo(fifo, 0o600) == 0)
        let reading = open(fifo, O_RDONLY | O_NONBLOCK)
        try #require(reading >= 0)
        defer { close(reading) }
        let config = try directory.write(
            "server: {listen: '127.0.0.1:0'}\nobservability: {log_level: debug}\n", to: "activityd.yaml")
        let daemon = try ChildProcess(
            "sh", ["-c", #"exec "$0" serve --config "$1" 2>"$2""#, BuiltBinary.path, config, fifo],
            environment: ["NOTIFY_SOCKET": supervisor.address])
        let ready = try #require(supervisor.receive(within: 20))
        let address = try #require(ready.firstMatch(of: /serving on (\S+)/)?.output.1)

        // More lines than a pipe of 64 KiB takes.
        let connection = try LoopbackConnection(to: String(address))
        for number in 0..<3000 {
            try connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            try #require(connection.receiveAnswer().status == 200, "request \(number)")
        }
        #expect(read(reading).contains(" info listening "))

        try connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try connection.receiveAnswer().status == 200)
        daemon.signal(SIGTERM)
        #expect(try daemon.waitForExit() == .status(0))
        let rest = read(reading)
        let notice = /warning log lines were dropped: nobody read standard error count=\d{3,4}\n/
        #expect(rest.contains(notice), "\(rest)")
        #expect(rest.hasSuffix(" info stopped\n"))
    }

    /// Everything that waits in a descriptor that does not block.
    private func read(_ descriptor: Int32) -> String {
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += chunk[..<count]
        }
    }
}
