import CMicroHTTPD

/// A connection that the library has been told to leave alone.
///
/// SAFETY: the library keeps the connection allocated from `suspend` until the worker has seen `resume`, and allows
/// `resume` on any thread; ``HTTPExchange`` hands the value to exactly one caller of `resume`.
struct SuspendedConnection: @unchecked Sendable {
    private let connection: OpaquePointer

    init(_ connection: OpaquePointer) { unsafe self.connection = connection }

    /// The socket. Owned by the library; open for as long as the connection is suspended.
    var descriptor: Int32 { unsafe CMicroHTTPD_descriptor(connection) }

    /// Takes the connection out of its worker's event loop. Only inside the access callback.
    func suspend() { unsafe MHD_suspend_connection(connection) }

    /// Puts it back; the worker then calls the access callback again.
    func resume() { unsafe MHD_resume_connection(connection) }
}
