import Foundation
import TestSupport

/// One answer to a request through curl(1), a client that is not ours.
struct Curl {
    let status: Int
    let body: String

    /// There was no answer; with what curl said of it.
    struct NoAnswer: Error {
        let exit: ChildProcess.Exit
        let errors: String
    }

    /// Runs curl with `arguments` and a limit of ten seconds.
    init(_ arguments: [String]) throws {
        let curl = try ChildProcess(
            "curl", ["--silent", "--show-error", "--max-time", "10", "--write-out", "\n%{http_code}"] + arguments)
        let exit = try curl.waitForExit()
        guard exit == .status(0) else { throw NoAnswer(exit: exit, errors: curl.errors) }
        // The status is the last line; what comes before it is the body as it was sent.
        let output = curl.output
        let end = output.lastIndex(of: "\n") ?? output.startIndex
        body = String(output[..<end])
        status = Int(output[end...].dropFirst()) ?? 0
    }

    /// Appends an event to the workspace `demo`.
    static func append(to url: String, _ arguments: [String] = []) throws -> Curl {
        try Curl(
            ["--header", "Content-Type: application/json", "--data", #"{"workspace_id":"demo","kind":"turn.started"}"#]
                + arguments + ["\(url)/events"])
    }

    /// Reads the workspace `demo`.
    static func read(from url: String, _ arguments: [String] = []) throws -> Curl {
        try Curl(arguments + ["\(url)/workspaces/demo/activity"])
    }
}
