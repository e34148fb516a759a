internal import ByteBuffers

extension QueryString {
    /// Calls `read` with each parameter and its raw value, in order. The cases of `Parameter` are all there are: an
    /// unknown and a repeated one are refused by name.
    func forEach<Parameter: CaseIterable & Equatable & RawRepresentable<String>>(
        _: Parameter.Type, _ read: (Parameter, Span<UInt8>) throws(Problem) -> Void
    ) throws(Problem) {
        var seen: [Parameter] = []
        var position = 0
        while let place = nextPair(from: position) {
            position = place.upperBound
            let pair = pair(at: place)
            guard let parameter = Parameter.allCases.first(where: { pair.name.equals($0.rawValue.utf8.span) }) else {
                let known = Parameter.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(
                    .unknownParameter, "unknown query parameter '\(pair.name.text)'; this route knows \(known)")
            }
            guard !seen.contains(parameter) else {
                throw Problem(.invalidParameter, "query parameter '\(parameter.rawValue)' is given twice")
            }
            seen.append(parameter)
            try read(parameter, pair.value)
        }
    }
}
