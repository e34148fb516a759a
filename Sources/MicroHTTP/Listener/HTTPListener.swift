/// An address to listen on.
package enum HTTPListener: Sendable, Equatable {
    /// TCP. `host` is an IPv4 or IPv6 address; a name, which is every address that it has, on the same port (of
    /// `localhost` 127.0.0.1 and ::1); or `*` or empty, which is every address of both families. An IPv6 wildcard takes
    /// IPv4 too. Port 0 lets the kernel choose.
    case tcp(host: String, port: UInt16)
    /// A Unix stream socket. `mode` becomes the mode of the file. A file left by a dead process is replaced, and the
    /// file is removed at the stop.
    case unix(path: String, mode: UInt16)
    /// A descriptor that listens already (systemd socket activation); it is closed at the stop.
    case inherited(descriptor: Int32)
}
