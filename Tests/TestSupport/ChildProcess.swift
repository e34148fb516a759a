package import Foundation
private import Synchronization

/// A child process that can be watched while it runs: what it printed, whether it ended, how.
///
/// One thread reads the child's output and reaps it; every wait is on a condition that this thread signals, with a
/// limit, so nothing here polls a clock. The child is killed when the last reference to it goes.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum Exit: Equatable, Sendable {
        /// It returned or called exit with this status.
        case status(Int32)
        /// It was ended by this signal.
        case signal(Int32)
    }

    /// What a wait found.
    package enum Failure: Error {
        /// The program could not be started; the value is the errno.
        case notStarted(program: String, Int32)
        /// The time was up; with everything that the process had printed by then.
        case timedOut(waitingFor: String, output: String)
        /// The process ended before what was waited for had come; with everything that it printed.
        case ended(Exit, waitingFor: String, output: String)
    }

    /// The process id. Taken by another process once this one has ended.
    package let processID: pid_t
    private let shared: WatchedState

    /// One start at a time: a child that were forked between the making of another's pipe and its FD_CLOEXEC would keep
    /// that pipe open and hide the end of the other.
    private static let starting = Mutex(())

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - program: An absolute path, or a name to look up in PATH.
    ///   - arguments: Its arguments, without the program's name.
    ///   - environment: The whole environment: nothing is inherited but PATH, HOME and the sanitizers' options.
    /// - Throws: ``Failure/notStarted(program:_:)``, or a POSIXError when there is no descriptor left.
    package init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        var full = ProcessInfo.processInfo.environment.filter {
            ["PATH", "HOME", "ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key)
        }
        full.merge(environment) { _, own in own }
        let assignments = full.map { "\($0.key)=\($0.value)" }
        let (processID, output, errors) = try Self.starting.withLock { _ in
            let (output, errors) = (try OutputPipe(), try OutputPipe())
            let processID = try spawn(
                program, arguments, environment: assignments, output: output.writing.fileDescriptor,
                errors: errors.writing.fileDescriptor)
            // The child's copies are now the only writing ends: their end is the end of the child.
            try output.writing.close()
            try errors.writing.close()
            return (processID, output.reading, errors.reading)
        }
        self.processID = processID
        shared = WatchedState()
        Thread.detachNewThread { [shared] in shared.watch(processID, output: output, errors: errors) }
    }

    deinit {
        signal(SIGKILL)
    }

    /// Everything printed so far to standard output.
    package var output: String { shared.read { $0.output } }
    /// Everything printed so far to standard error.
    package var errors: String { shared.read { $0.errors } }

    /// Sends `number` to the process; nothing happens once it has been reaped.
    package func signal(_ number: Int32) {
        shared.read { if $0.exit == nil { kill(processID, number) } }
    }

    /// Waits until the process has ended and everything that it printed has been read.
    @discardableResult
    package func waitForExit(within seconds: Double = 20) throws -> Exit {
        try wait(within: seconds, for: "exit") { $0.exit }
    }

    /// Waits for a line of standard error that contains `text` and returns it.
    package func waitForErrorLine(containing text: String, within seconds: Double = 20) throws -> String {
        try wait(within: seconds, for: "a line with '\(text)'") { state in
            // Only whole lines: the last piece may still be growing.
            state.errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .first { $0.contains(text) }.map(String.init)
        }
    }

    private func wait<Value>(
        within seconds: Double, for what: String, _ condition: (WatchedState.Content) -> Value?
    ) throws -> Value {
        let content = shared.wait(until: Date(timeIntervalSinceNow: seconds)) { $0.exit != nil || condition($0) != nil }
        if let value = condition(content) { return value }
        let output = content.output + content.errors
        if let exit = content.exit { throw Failure.ended(exit, waitingFor: what, output: output) }
        throw Failure.timedOut(waitingFor: what, output: output)
    }
}
