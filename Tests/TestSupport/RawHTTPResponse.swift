import Foundation

/// A response as it came over the wire.
package struct RawHTTPResponse: Sendable {
    package let status: Int
    /// Names and values in the order of arrival.
    package let headers: [(name: String, value: String)]
    package var body: [UInt8] = []

    /// Takes apart the status line and the header lines of `head`; nil when it is no HTTP/1.1 response.
    init?(head: String) {
        let lines = head.components(separatedBy: "\r\n").filter { !$0.isEmpty }
        guard let statusLine = lines.first, statusLine.hasPrefix("HTTP/1.1 "),
            let status = Int(statusLine.dropFirst(9).prefix(3))
        else { return nil }
        self.status = status
        var headers: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers.append((String(line[..<colon]), value))
        }
        self.headers = headers
    }

    /// The value of the first header of that name, letter case ignored.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Whether the server has announced that it closes the connection.
    package var closes: Bool { header("Connection")?.lowercased() == "close" }

    /// Whether a response of this status can have a body (RFC 9112 section 6.3).
    var hasBody: Bool { status >= 200 && status != 204 && status != 304 }
}
