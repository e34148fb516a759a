internal import ByteBuffers
internal import Problems

extension QueryString {
    /// The next parameter from `position` on, which moves behind it; nil at the end. The cases of `Parameter` are all there
    /// are: an unknown and a repeated one are refused by name. `given` collects their bits. ``text(at:)`` has the value.
    @inline(__always)
    func next<Parameter: QueryParameter>(
        _: Parameter.Type, from position: inout Int, given: inout UInt16
    ) throws(Problem) -> (parameter: Parameter, value: Range<Int>)? {
        guard let place = nextPair(from: position) else { return nil }
        position = place.upperBound
        let name = pair(at: place).name
        guard let parameter = Parameter(name) else {
            let known = Parameter.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.unknownParameter, "unknown query parameter '\(name.text)'; this route knows \(known)")
        }
        guard given & parameter.bit == 0 else {
            throw Problem(.invalidParameter, "query parameter '\(parameter.rawValue)' is given twice")
        }
        given |= parameter.bit
        // Behind the `=`, if there is one.
        return (parameter, min(place.lowerBound + name.count + 1, place.upperBound)..<place.upperBound)
    }
}
