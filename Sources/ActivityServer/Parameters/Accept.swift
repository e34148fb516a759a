internal import ByteBuffers

/// The `Accept` header (RFC 9110 section 12.5.1): which representation a reader wants.
enum Accept {
    /// Whether a reader that sent `list` takes `application/json`: by name or by a wildcard, and not with `q=0`.
    static func takesJSON(_ list: Span<UInt8>) -> Bool {
        // What curl, fetch() and most libraries send.
        if list.equals("*/*") || list.equals("application/json") { return true }
        var best = 0  // how exact the range was that decided last
        var takes = false
        var start = 0
        while start < list.count {
            let end = list.firstIndex(of: UInt8(ascii: ","), from: start) ?? list.count
            let range = list.extracting(start..<end)
            let semicolon = range.firstIndex(of: UInt8(ascii: ";")) ?? range.count
            let type = range.extracting(first: semicolon).trimmingSpaces()
            var exactness = 0
            if type.equalsIgnoringCase("application/json") {
                exactness = 3
            } else if type.equalsIgnoringCase("application/*") {
                exactness = 2
            } else if type.equals("*/*") {
                exactness = 1
            }
            if exactness > best {
                best = exactness
                takes = !isZeroQuality(range.extracting(semicolon..<range.count))
            }
            start = end + 1
        }
        return takes
    }

    /// Whether parameters, each led by `;`, hold a weight of zero: `q=0`, `q=0.0`, …
    private static func isZeroQuality(_ parameters: Span<UInt8>) -> Bool {
        var start = 0
        while let semicolon = parameters.firstIndex(of: UInt8(ascii: ";"), from: start) {
            let end = parameters.firstIndex(of: UInt8(ascii: ";"), from: semicolon + 1) ?? parameters.count
            let parameter = parameters.extracting((semicolon + 1)..<end).trimmingSpaces()
            if parameter.startsIgnoringCase(with: "q=") {
                for index in 2..<max(parameter.count, 2)
                where parameter[index] != UInt8(ascii: "0") && parameter[index] != UInt8(ascii: ".") {
                    return false
                }
                return true
            }
            start = end
        }
        return false
    }
}
