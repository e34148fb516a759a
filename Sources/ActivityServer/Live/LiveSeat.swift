internal import ByteBuffers
internal import MicroHTTP

/// A live reader's place under the limits: what ``LiveAdmission`` counted for it.
///
/// A value on its way to the loop, which makes a ``LiveTicket`` of it. An object made by the worker would lie, for hours,
/// in the worker's heap between the buffers of connections, and keep their memory from going back to the kernel.
struct LiveSeat: Sendable {
    /// How many readers its first workspace had before it.
    let number: Int
    let address: PeerAddress.LimitKey?
    let workspace: OwnedBytes
    let others: [OwnedBytes]
}
