import Foundation
import TestSupport
import Testing

@testable import MicroHTTP

/// Heads that an intermediary may read differently than libmicrohttpd does. Each is followed by a request that must not
/// be answered.
@Suite struct SmugglingTests {
    /// A head that is refused.
    struct Head: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: String

        init(_ name: String, _ bytes: String) {
            self.name = name
            self.bytes = bytes
        }

        /// A POST with these header lines after its Host.
        static func post(_ name: String, _ lines: String) -> Head {
            Head(name, "POST /a HTTP/1.1\r\nHost: h\r\n\(lines)\r\n\r\n")
        }

        var testDescription: String { name }
    }

    private static let smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"

    /// What the head check refuses.
    static let heads: [Head] = [
        .post("two Content-Length", "Content-Length: 5\r\nContent-Length: 50"),
        .post("two equal Content-Length", "Content-Length: 5\r\nContent-Length: 5"),
        .post("Transfer-Encoding and Content-Length", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
        .post("Content-Length and Transfer-Encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
        .post("two Transfer-Encoding", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
        .post("two equal Transfer-Encoding", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        .post("blank before the colon", "Transfer-Encoding : chunked"),
        .post("tab before the colon", "Transfer-Encoding\t: chunked"),
        .post("unknown coding", "Transfer-Encoding: xchunked"),
        .post("list of codings", "Transfer-Encoding: gzip, chunked"),
        .post("identity", "Transfer-Encoding: identity"),
        .post("coding with a trailing blank", "Transfer-Encoding: chunked "),
        .post("empty coding", "Transfer-Encoding:"),
        .post("vertical tab before the coding", "Transfer-Encoding: \u{B}chunked"),
        .post("folded name", "Transfer-: chunked\r\n Encoding"),
        .post("folded value", "X: a\r\n b"),
        .post("folded coding", "Transfer-Encoding:\r\n chunked"),
        .post("empty name", ": v\r\nContent-Length: 5"),
        .post("bare LF as line end", "X: a\nTransfer-Encoding: chunked"),
        .post("bare CR in a value", "X: a\rTransfer-Encoding: chunked"),
        .post("NUL in a value", "X: a\0b"),
        .post("control character in a value", "X: a\u{1}b"),
        .post("separator in a name", "X(Y): a"),
        .post("non-ASCII name", "X\u{E9}: a"),
        .post("two Host", "Host: i"),
        Head("chunked in HTTP/1.0", "POST /a HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Head("no Host", "GET /a HTTP/1.1\r\n\r\n"),
        Head("bare LF after the request line", "GET /a HTTP/1.1\nHost: h\r\n\r\n"),
        Head("bare LF as the empty line", "GET /a HTTP/1.1\r\nHost: h\r\n\n"),
        Head("bare LF everywhere", "GET /a HTTP/1.1\nHost: h\n\n"),
        Head("NUL in the target", "GET /a\0b?q HTTP/1.1\r\nHost: h\r\n\r\n"),
        Head("NUL in the query", "GET /a?b\0c HTTP/1.1\r\nHost: h\r\n\r\n"),
        Head("blank in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
        Head("non-ASCII target", "GET /\u{E9} HTTP/1.1\r\nHost: h\r\n\r\n"),
        Head("control character in the target", "GET /\u{1} HTTP/1.1\r\nHost: h\r\n\r\n"),
        Head("fragment of a target", "GET a HTTP/1.1\r\nHost: h\r\n\r\n"),
        Head("two blanks before the target", "GET  /a HTTP/1.1\r\nHost: h\r\n\r\n"),
        Head("two blanks before the version", "GET /a  HTTP/1.1\r\nHost: h\r\n\r\n"),
        Head("HTTP/1.2", "GET /a HTTP/1.2\r\nHost: h\r\n\r\n"),
        Head("separator in the method", "G(T /a HTTP/1.1\r\nHost: h\r\n\r\n"),
    ]

    /// What libmicrohttpd refuses by itself, in words of its own.
    static let libraryHeads: [Head] = [
        .post("Content-Length in words", "Content-Length: five"),
        .post("empty Content-Length", "Content-Length:"),
        .post("negative Content-Length", "Content-Length: -5"),
        .post("signed Content-Length", "Content-Length: +5"),
        .post("hexadecimal Content-Length", "Content-Length: 0x5"),
        .post("list of Content-Length", "Content-Length: 5, 5"),
        .post("Content-Length of 2^64 - 1", "Content-Length: 18446744073709551615"),
        .post("Content-Length of 2^64 + 5", "Content-Length: 18446744073709551621"),
        .post("line without a colon", "X"),
        .post("NUL in a name", "X\0Y: a"),
        Head("tab before the target", "GET\t/a HTTP/1.1\r\nHost: h\r\n\r\n"),
        Head("no version", "GET /a\r\nHost: h\r\n\r\n"),
        Head("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ]

    @Test(arguments: heads, [1, 1 << 20])
    func anAmbiguousHeadGetsOne400AndNothingBehindItIsAnswered(head: Head, pieceSize: Int) throws {
        let echo = try EchoServer { $0.workers = 1 }
        let client = try Self.connect(to: echo, sending: head, pieceSize: pieceSize)
        let response = try client.receive()
        #expect(response.status == 400)
        #expect(response.closes)
        #expect(response.header("Content-Type") == "application/problem+json")
        #expect(try client.receiveToEnd() == "")
        #expect(echo.journal.lines.isEmpty)
        #expect(echo.server.statistics.rejectedRequests == 1)
    }

    @Test(arguments: libraryHeads, [1, 1 << 20])
    func aHeadThatTheLibraryRefusesEndsTheConnection(head: Head, pieceSize: Int) throws {
        let echo = try EchoServer { $0.workers = 1 }
        let client = try Self.connect(to: echo, sending: head, pieceSize: pieceSize)
        // It writes some of these with two blocks of headers, so only the status line is looked at.
        let answer = try client.receiveToEnd()
        #expect(["400", "413", "505"].contains(answer.dropFirst(9).prefix(3)))
        #expect(!answer.contains("/smuggled"))
        #expect(echo.journal.lines.isEmpty)
    }

    /// Sends `head` and a smuggled request over a new connection.
    private static func connect(to echo: EchoServer, sending head: Head, pieceSize: Int) throws -> RawHTTPClient {
        let client = try echo.connect()
        do {
            try client.send(head.bytes + smuggled, inPiecesOf: pieceSize)
        } catch RawHTTPClient.Failure.closed {
            // The answer came before the last piece was out.
        }
        return client
    }
}
