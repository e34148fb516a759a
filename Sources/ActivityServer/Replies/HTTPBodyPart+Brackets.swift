internal import MicroHTTP

extension HTTPBodyPart {
    /// `[`, before the first event of a page that is sent in parts.
    static var openingBracket: HTTPBodyPart { constant("[") }
    /// `]`, after the last one.
    static var closingBracket: HTTPBodyPart { constant("]") }

    private static func constant(_ literal: StaticString) -> HTTPBodyPart {
        // SAFETY: a string literal is constant memory; both are made from one.
        unsafe HTTPBodyPart(
            owner: nil, bytes: UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }
}
