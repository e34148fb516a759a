import Foundation
import TestSupport

/// A real browser with one page, without a window and without a network but for this machine's. Killed with the last
/// reference.
final class ChromiumProcess: Sendable {
    private let process: ChildProcess
    private let directory: TemporaryDirectory

    /// Starts the browser, which loads `url` and runs the page's scripts.
    init(_ url: String) throws {
        directory = try TemporaryDirectory()
        process = try ChildProcess(
            // Not the script of that name in PATH, which stays its parent and would be killed instead.
            "/usr/lib/chromium/chromium-headless-shell",
            [
                // Tests run as root in containers, where the sandbox cannot.
                "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-zygote",
                "--user-data-dir=\(directory.path)/profile", "--remote-debugging-port=0",
                // Says nothing to anyone else.
                "--disable-background-networking", "--disable-component-update",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", url,
            ], environment: ["HOME": directory.path])
    }

    /// Ends in good order: it waits for its own processes, which write to the profile until then.
    deinit {
        process.signal(SIGTERM)
        _ = try? process.waitForExit()
    }

    /// What it printed, for the message of a test that failed.
    var errors: String { process.errors }
}
