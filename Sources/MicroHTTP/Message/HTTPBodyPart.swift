/// A run of bytes that goes out without a copy, and the object that keeps them in place.
package struct HTTPBodyPart {
    package let owner: any AnyObject & Sendable
    package let bytes: UnsafeRawBufferPointer

    /// Names bytes to be sent.
    ///
    /// SAFETY: `bytes` must stay valid and unchanged for as long as `owner` is alive; the response keeps `owner` until
    /// the last byte is with the kernel or the client is gone.
    package init(owner: any AnyObject & Sendable, bytes: UnsafeRawBufferPointer) {
        self.owner = owner
        unsafe self.bytes = bytes
    }
}

// SAFETY: the bytes never change while the owner lives (the rule of `init`), and the owner is Sendable.
extension HTTPBodyPart: @unchecked Sendable {}
