internal import ByteBuffers
internal import MicroHTTP
internal import Problems

// What a 404 says. Nothing is ever served by a path that is only nearly one of ours: a proxy's rules would not have seen it.

extension RouteTable {
    /// The problem of a path that no route has, which names the route that was probably meant, or all there are.
    func notFound(_ path: Span<UInt8>) -> Problem {
        let shown = path.extracting(first: min(path.count, 128)).text
        if path.count <= 1024 {
            let segments = Self.segments(of: path)
            if let meant = resources.map(\.path).first(where: { Self.distance($0.segments, segments) == 0 }) {
                return Problem(
                    .notFound,
                    "there is nothing at \(shown); the route is \(meant.text), and paths are taken as they are spelt: "
                        + "one slash between segments, none at the end, letters as they stand")
            }
            if let meant = nearest(to: segments) {
                return Problem(.notFound, "there is nothing at \(shown); did you mean \(describe(meant))?")
            }
            let related = resources.filter { $0.path.segments.first == segments.first }
            if !related.isEmpty { return notFound(shown, among: related) }
        }
        return notFound(shown, among: resources)
    }

    private func notFound(_ shown: String, among resources: [Resource]) -> Problem {
        let all = resources.map(describe).joined(separator: "; ")
        return Problem(.notFound, "there is nothing at \(shown); there are \(all)")
    }

    /// A resource and its methods.
    private func describe(_ resource: Resource) -> String { "\(resource.path.text) (\(resource.allow))" }

    /// The resource whose path differs least, unless all differ by much.
    private func nearest(to segments: [String]) -> Resource? {
        var best: (resource: Resource, distance: Int)?
        for resource in resources {
            let distance = Self.distance(resource.path.segments, segments)
            if distance <= Self.mostDistance, distance < best?.distance ?? .max { best = (resource, distance) }
        }
        return best?.resource
    }

    /// Beyond this many letters nobody meant it.
    private static let mostDistance = 3
    /// What a segment too many, or one that is missing, counts.
    private static let missingSegment = 2

    /// The segments of a path, decoded and in small letters, without those that are empty.
    private static func segments(of path: Span<UInt8>) -> [String] {
        var decoded = ByteBuffer()
        let text = PercentDecoding.decode(path, to: &decoded) ? decoded.span.text : path.text
        return text.lowercased().split(separator: "/").map(String.init)
    }

    /// How far two paths are apart, in letters; `{id}` is any segment.
    private static func distance(_ pattern: [String], _ path: [String]) -> Int {
        var distance = abs(pattern.count - path.count) * missingSegment
        // Nothing in common is no likeness, however short the paths are.
        guard !path.isEmpty else { return .max }
        for (wanted, found) in zip(pattern, path) where wanted != "{id}" {
            let letters = Self.letters(between: Array(wanted.utf8), Array(found.utf8))
            guard letters * 2 < wanted.utf8.count else { return .max }
            distance += letters
        }
        return distance
    }

    /// Letters to insert, remove or replace to make one text of the other. O(letters²).
    private static func letters(between left: [UInt8], _ right: [UInt8]) -> Int {
        // More than a word would be is no likeness, and not worth the work.
        guard right.count <= 64 else { return right.count }
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let changed = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}

extension RoutePath {
    /// Its segments, in which `{id}` stands for the workspace's.
    fileprivate var segments: [String] { text.split(separator: "/").map(String.init) }
}
