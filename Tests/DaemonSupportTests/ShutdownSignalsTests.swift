import DaemonSupport
import Glibc
import Testing

/// Each case runs in a process of its own, since it changes what signals do there.
///
/// Signals are raised for the calling thread: the test runner's other threads exist before `block()`, which the daemon's
/// do not.
@Suite struct ShutdownSignalsTests {
    @Test func theFirstRequestComesOutOfWait() async {
        await #expect(processExitsWith: .exitCode(40)) {
            let signals = ShutdownSignals.block()
            raise(SIGINT)
            exit(signals.wait() == .interrupt ? 40 : 1)
        }
        await #expect(processExitsWith: .exitCode(41)) {
            let signals = ShutdownSignals.block()
            raise(SIGTERM)
            exit(signals.wait() == .terminate ? 41 : 1)
        }
    }

    @Test func aSecondRequestEndsTheProcessAsAShellReportsIt() async {
        await #expect(processExitsWith: .exitCode(128 + SIGTERM)) {
            let signals = ShutdownSignals.block()
            raise(SIGINT)
            _ = signals.wait()
            raise(SIGTERM)
        }
        await #expect(processExitsWith: .exitCode(128 + SIGINT)) {
            let signals = ShutdownSignals.block()
            raise(SIGTERM)
            _ = signals.wait()
            raise(SIGINT)
        }
    }

    @Test func aSecondRequestThatWaitsAlreadyEndsTheProcessToo() async {
        await #expect(processExitsWith: .exitCode(128 + SIGTERM)) {
            let signals = ShutdownSignals.block()
            raise(SIGINT)
            raise(SIGTERM)
            // The kernel hands out the lower number first.
            _ = signals.wait()
        }
    }

    @Test func aHangUpAndABrokenPipeDoNotEndTheProcess() async {
        await #expect(processExitsWith: .exitCode(42)) {
            _ = ShutdownSignals.block()
            raise(SIGHUP)
            raise(SIGPIPE)
            exit(42)
        }
    }
}
