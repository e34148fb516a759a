internal import ByteBuffers
internal import Gzip
internal import MicroHTTP
internal import Problems

/// What the body of a request is compressed with, by `Content-Encoding` (RFC 9110 section 8.4).
enum ContentCoding {
    case identity
    case gzip

    /// Reads all lines of the header as one list. Names ignore letter case, `x-gzip` is `gzip`, and `identity` says nothing.
    @inline(__always)
    init(of request: borrowing HTTPRequest) throws(Problem) {
        self = request.header(.contentEncoding) == nil ? .identity : try ContentCoding(named: request)
    }

    @inline(never)
    private init(named request: borrowing HTTPRequest) throws(Problem) {
        var compressions = 0
        var stranger: String?
        request.eachValue(of: .contentEncoding) { line in
            var start = 0
            while start <= line.count {
                let end = line.firstIndex(of: UInt8(ascii: ","), from: start) ?? line.count
                let name = line.extracting(start..<end).trimmingSpaces()
                start = end + 1
                if name.equalsIgnoringCase("gzip") || name.equalsIgnoringCase("x-gzip") {
                    compressions += 1
                } else if name.count > 0, !name.equalsIgnoringCase("identity"), stranger == nil {
                    stranger = name.extracting(first: 64).text
                }
            }
        }
        if let stranger {
            throw Problem(
                .unsupportedMediaType,
                "Content-Encoding '\(stranger)' is not accepted; send the body with gzip, x-gzip or identity")
        }
        guard compressions <= 1 else {
            throw Problem(.unsupportedMediaType, "Content-Encoding names gzip twice; compress the body once")
        }
        self = compressions == 1 ? .gzip : .identity
    }
}

/// Makes of a compressed body what it was. One per worker: it owns zlib's state.
struct BodyDecoder: ~Copyable {
    /// Most bytes of a body, decompressed.
    var maxBodyBytes: Int
    private var inflater = GzipInflater()
    private var spare = ByteBuffer()

    /// Memory beyond this is not kept for the next body: most bodies of a batch are smaller.
    private static let keptBytes = 64 << 10

    /// Makes a decoder of bodies of at most `maxBodyBytes` bytes, which also bounds what comes out of a compressed one.
    init(maxBodyBytes: Int) {
        self.maxBodyBytes = maxBodyBytes
    }

    /// What a body was before it was compressed by gzip, to be given back by ``reuse(_:)``.
    mutating func decode(_ body: Span<UInt8>) throws(Problem) -> ByteBuffer {
        var bytes = spare.take()
        do throws(GzipError) {
            try inflater.inflate(body, into: &bytes, upTo: maxBodyBytes)
            return bytes
        } catch {
            reuse(bytes)
            throw Problem(error, maxBodyBytes: maxBodyBytes)
        }
    }

    /// Keeps the memory of a body that nobody looks at any more.
    mutating func reuse(_ bytes: consuming ByteBuffer) {
        bytes.removeAll(keepingAtMost: Self.keptBytes)
        spare = bytes
    }
}

extension Problem {
    /// The problem of a gzip body that does not inflate to `maxBodyBytes` or less.
    fileprivate init(_ error: GzipError, maxBodyBytes: Int) {
        let slug = "invalid-gzip"
        switch error {
        case .tooLarge:
            self.init(
                .bodyTooLarge,
                "the body is larger than max_body_bytes (\(maxBodyBytes)) when it is decompressed; send smaller batches"
            )
        case .cutShort:
            self.init(
                .invalidBody, "the gzip body ends before its end; send all of it, up to the checksum", slug: slug)
        case .corrupt(let reason):
            self.init(
                .invalidBody,
                "the body is not valid gzip (\(reason)); send what Content-Encoding announces, or leave it out",
                slug: slug)
        case .trailingGarbage:
            self.init(
                .invalidBody, "something else follows the gzip body; expected its end, or another gzip member",
                slug: slug)
        case .outOfMemory:
            self.init(.noResources, "there is no memory to decompress the body; try again, or send smaller batches")
        }
    }
}
