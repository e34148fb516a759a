import ActivityJSON
import Testing

/// A body that has to be refused: `▼` in its text stands before the byte that has to be blamed and is no part of it.
struct Refused: Sendable, CustomTestStringConvertible {
    let body: [UInt8]
    let code: BodySyntaxError.Code
    let offset: Int
    let index: Int?

    init(_ marked: String, _ code: BodySyntaxError.Code, index: Int? = nil) {
        let mark = Array("▼".utf8)
        let bytes = Array(marked.utf8)
        let offset = bytes.indices.first { bytes[$0...].starts(with: mark) } ?? -1
        let body = offset < 0 ? bytes : Array(bytes[..<offset] + bytes[(offset + mark.count)...])
        self.init(bytes: body, code, at: offset, index: index)
    }

    /// A body that is no text, with the offset in figures.
    init(bytes: [UInt8], _ code: BodySyntaxError.Code, at offset: Int, index: Int? = nil) {
        body = bytes
        self.code = code
        self.offset = offset
        self.index = index
    }

    var testDescription: String {
        "\(String(decoding: body.prefix(80), as: UTF8.self)) → \(code.rawValue) at \(offset)"
    }

    func check(
        _ format: EventFormat = .json, workspace: WorkspaceSource = .member, handling: BodyHandling = .repairing,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = refusal(body, format, workspace: workspace, handling: handling)
        #expect(error?.code == code, sourceLocation: sourceLocation)
        #expect(error?.offset == offset, sourceLocation: sourceLocation)
        #expect(error?.index == index, sourceLocation: sourceLocation)
    }
}
