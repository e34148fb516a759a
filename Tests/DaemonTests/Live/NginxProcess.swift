import Foundation
import TestSupport

/// nginx in front of a daemon, on a port of its own, with its files in a directory of its own. Killed with the last
/// reference.
final class NginxProcess: Sendable {
    /// `127.0.0.1:PORT`.
    let address: String
    private let process: ChildProcess
    private let directory: TemporaryDirectory

    /// No port was free in several tries; with what nginx said of the last one.
    struct NotStarted: Error {
        let errors: String
    }

    /// Starts nginx and waits until it accepts connections.
    ///
    /// - Parameters:
    ///   - upstream: `host:port`, or `unix:path:`, to pass requests on to.
    ///   - directives: What the location says beside `proxy_pass`; nginx's defaults hold for the rest.
    ///   - page: A page of HTML that is served at `/page.html`.
    /// - Throws: ``NotStarted``, or what a ``ChildProcess`` throws.
    init(to upstream: String, _ directives: String = "proxy_http_version 1.1;", page: String = "") throws {
        let directory = try TemporaryDirectory()
        try directory.write(page, to: "page.html")
        var errors = ""
        for _ in 0..<5 {
            let port = try Self.freePort()
            try directory.write(
                Self.configuration(port: port, upstream: upstream, directives: directives), to: "nginx.conf")
            let process = try ChildProcess(
                "nginx", ["-p", directory.path, "-c", "nginx.conf", "-e", "stderr"],
                environment: ["PATH": "/usr/sbin:/sbin:/usr/bin:/bin"])
            // nginx ends when somebody else has taken the port meanwhile.
            var accepts = false
            _ = eventually {
                accepts = (try? RawHTTPClient(port: port)) != nil
                return accepts || (try? process.waitForExit(within: 0)) != nil
            }
            guard accepts, (try? process.waitForExit(within: 0)) == nil else {
                errors = process.errors
                continue
            }
            self.directory = directory
            self.process = process
            address = "127.0.0.1:\(port)"
            return
        }
        throw NotStarted(errors: errors)
    }

    /// The `Last-Event-ID` of each read that has ended, in the order of their ends; `-` where there was none.
    var lastEventIDs: [String] {
        get throws {
            try String(contentsOfFile: "\(directory.path)/reads.log", encoding: .utf8)
                .split(separator: "\n").map(String.init)
        }
    }

    /// One process, so that nothing is left behind when it is killed.
    private static func configuration(port: UInt16, upstream: String, directives: String) -> String {
        """
        daemon off;
        master_process off;
        pid nginx.pid;
        events { worker_connections 1024; }
        http {
            access_log off;
            log_format read '$http_last_event_id';
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            server {
                listen 127.0.0.1:\(port);
                location / {
                    proxy_pass http://\(upstream);
                    \(directives)
                }
                location /workspaces/ {
                    access_log reads.log read;
                    proxy_pass http://\(upstream);
                    \(directives)
                }
                location = /page.html {
                    root .;
                    default_type text/html;
                }
            }
        }

        """
    }

    /// A port that was free a moment ago.
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(descriptor) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: a sockaddr_in is read and written as the sockaddr that it begins with.
        let result = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 ? getsockname(descriptor, address, &size) : -1
            }
        }
        guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        return UInt16(bigEndian: name.sin_port)
    }
}
