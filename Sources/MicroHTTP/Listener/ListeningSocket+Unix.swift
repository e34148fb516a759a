internal import Glibc

extension ListeningSocket {
    /// Binds a Unix stream socket. A socket file that nobody listens on is replaced; a live one is an error.
    static func bindUnix(path: String, mode: UInt16, backlog: Int32) throws(HTTPServerError) -> ListeningSocket {
        guard let address = unixAddress(path) else { throw .invalidPath(path) }
        try removeStaleFile(path, address)
        let name = "unix:\(path)"
        let descriptor = try streamSocket(name)
        do throws(HTTPServerError) {
            guard withAddress(address, { unsafe Glibc.bind(descriptor, $0, $1) }) == 0 else {
                throw .system(call: "bind", address: name, errno: errno)
            }
            let listening = ListeningSocket(descriptor: descriptor, address: .unix(path: path), ownsPath: true)
            do throws(HTTPServerError) {
                // Before listen: nobody connects while the file still has the mode that the umask gave it.
                guard chmod(path, mode_t(mode)) == 0 else {
                    throw .system(call: "chmod", address: name, errno: errno)
                }
                guard listen(descriptor, backlog) == 0 else {
                    throw .system(call: "listen", address: name, errno: errno)
                }
            } catch {
                listening.removeFile()
                throw error
            }
            return listening
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
    }

    private static func removeStaleFile(_ path: String, _ address: sockaddr_un) throws(HTTPServerError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let probe = try streamSocket("unix:\(path)")
        defer { _ = Glibc.close(probe) }
        let connected = withAddress(address) { unsafe connect(probe, $0, $1) } == 0
        // EAGAIN is a full backlog: somebody listens.
        if connected || errno == EAGAIN || errno == EINPROGRESS { throw .socketInUse(path: path) }
        _ = unlink(path)
    }

    private static func streamSocket(_ name: String) throws(HTTPServerError) -> Int32 {
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, flags, 0)
        guard descriptor >= 0 else { throw .system(call: "socket", address: name, errno: errno) }
        return descriptor
    }

    private static func unixAddress(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // One byte stays for the NUL.
        guard !bytes.isEmpty, !bytes.contains(0), bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            return nil
        }
        withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        return address
    }

    private static func withAddress(
        _ address: sockaddr_un, _ use: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { address in
            // SAFETY: every socket address begins like a sockaddr, and the length says how long this one is.
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe use($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
