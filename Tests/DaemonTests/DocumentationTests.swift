import Foundation
import TestSupport
import Testing

/// The commands of the documentation do what it says: each page's `sh` blocks with curl run, in order, against one
/// daemon, and a `json` block right after one is what its output ends in.
@Suite struct DocumentationTests {
    @Test(arguments: ["README.md", "docs/api.md"])
    func theCommandsDoWhatThePageSays(page: String) throws {
        let text = try String(contentsOfFile: "\(BuiltBinary.sourceRoot)/\(page)", encoding: .utf8)
        let examples = MarkdownExample.all(in: text).filter { $0.command.contains("curl ") }
        #expect(!examples.isEmpty)

        let daemon = try DaemonProcess()
        // Makes curl fail on what the page does not announce: an error status, or no answer.
        let home = try TemporaryDirectory()
        try home.write("fail-with-body\nmax-time = 10\n", to: ".curlrc")
        for example in examples {
            let command = example.command.replacing(/(localhost|127\.0\.0\.1):8790/, with: daemon.address)
            #expect(command != example.command, "line \(example.line) does not use the default address")
            let shell = try ChildProcess(
                "bash", ["-euo", "pipefail", "-c", command], environment: ["HOME": home.path, "CURL_HOME": home.path])
            #expect(
                try shell.waitForExit() == .status(0), "\(page):\(example.line): \(shell.output)\(shell.errors)")
            if let expected = example.answer {
                let (output, answer) = (normalised(shell.output), normalised(expected))
                #expect(output.hasSuffix(answer), "\(page):\(example.line)")
            }
        }
    }

    /// Time stamps differ from run to run.
    private func normalised(_ json: String) -> String {
        json.trimmingCharacters(in: .whitespacesAndNewlines)
            .replacing(/"timestamp":\d+\.\d{6}\b/, with: "\"timestamp\":0")
    }
}
