import DaemonSupport
import Foundation
import TestSupport
import Testing

@Suite struct ServiceNotifierTests {
    /// One receiver of each kind of address that NOTIFY_SOCKET may hold.
    enum Kind: CaseIterable {
        case path, abstract

        func address(in directory: TemporaryDirectory) -> String {
            switch self {
            case .path: "\(directory.path)/notify"
            case .abstract: "@\(directory.path)/notify"
            }
        }
    }

    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: Kind.allCases)
    func readyNamesTheProcessAndItsStatus(kind: Kind) throws {
        let receiver = try DatagramReceiver(address: kind.address(in: directory))
        ServiceNotifier(socketAddress: receiver.address).ready(status: "listening on 127.0.0.1:1")
        #expect(receiver.receive() == "READY=1\nMAINPID=\(getpid())\nSTATUS=listening on 127.0.0.1:1")
        #expect(receiver.receive() == nil)
    }

    @Test(arguments: Kind.allCases)
    func stoppingAndStatusAreOneDatagramEach(kind: Kind) throws {
        let receiver = try DatagramReceiver(address: kind.address(in: directory))
        let notifier = ServiceNotifier(socketAddress: receiver.address)
        notifier.status("3 workspaces")
        notifier.stopping(status: "draining")
        #expect(receiver.receive() == "STATUS=3 workspaces")
        #expect(receiver.receive() == "STOPPING=1\nSTATUS=draining")
    }

    @Test(arguments: [(98, "STATUS=cannot serve\nERRNO=98"), (0, "STATUS=cannot serve")])
    func aFailureHasItsReasonAndItsErrno(code: Int32, datagram: String) throws {
        let receiver = try DatagramReceiver(address: Kind.path.address(in: directory))
        ServiceNotifier(socketAddress: receiver.address).failed(status: "cannot serve", errno: code)
        #expect(receiver.receive() == datagram)
    }

    @Test func aStatusOfSeveralLinesCannotAddAnAssignment() throws {
        let receiver = try DatagramReceiver(address: Kind.path.address(in: directory))
        ServiceNotifier(socketAddress: receiver.address).status("a\nREADY=1\r\nb")
        #expect(receiver.receive() == "STATUS=a READY=1 b")
    }

    /// Unset, empty, of an unknown kind, too long, and a path where nobody listens.
    @Test(arguments: [nil, "", "@", "/", "notify", "vsock:2:1", "/" + String(repeating: "x", count: 200), "/nowhere/n"])
    func anAddressThatCannotBeReachedIsIgnored(address: String?) {
        let before = openDescriptors()
        let notifier = ServiceNotifier(socketAddress: address)
        for _ in 0..<64 { notifier.ready(status: "up") }
        // Other suites open files meanwhile, but not 64 of them for good.
        #expect(openDescriptors() < before + 64)
    }

    @Test func theLongestPathThatFitsIsReached() throws {
        let stem = "\(directory.path)/"
        let receiver = try DatagramReceiver(address: stem + String(repeating: "n", count: 107 - stem.utf8.count))
        ServiceNotifier(socketAddress: receiver.address).status("up")
        #expect(receiver.receive() == "STATUS=up")
    }

    private func openDescriptors() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }
}
