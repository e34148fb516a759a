internal import MicroHTTP

extension HTTPBodyPart {
    /// `[`, before the first event of a page that is sent in parts.
    static let openingBracket = constant("[")
    /// `]`, after the last one.
    static let closingBracket = constant("]")

    /// Constant bytes need no owner; the type asks for one.
    private final class Nobody: Sendable {}

    private static func constant(_ literal: StaticString) -> HTTPBodyPart {
        // SAFETY: a string literal is constant memory; both are made from one.
        unsafe HTTPBodyPart(
            owner: Nobody(),
            bytes: UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }
}
