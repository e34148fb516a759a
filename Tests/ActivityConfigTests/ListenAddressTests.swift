import Testing

@testable import ActivityConfig

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8790", ListenAddress.tcp(host: "127.0.0.1", port: 8790)),
        (" 10.0.0.1:0 ", .tcp(host: "10.0.0.1", port: 0)),
        ("[::1]:8790", .tcp(host: "::1", port: 8790)),
        ("[2001:db8::7]:65535", .tcp(host: "2001:db8::7", port: 65535)),
        ("localhost:80", .tcp(host: "localhost", port: 80)),
        ("log-1.example.com:80", .tcp(host: "log-1.example.com", port: 80)),
        (":8790", .tcp(host: "*", port: 8790)),
        ("*:8790", .tcp(host: "*", port: 8790)),
        ("unix:/run/a.sock", .unix(path: "/run/a.sock", mode: 0o660)),
        ("unix:/run/a.sock?mode=600", .unix(path: "/run/a.sock", mode: 0o600)),
        ("unix:/run/a.sock?mode=0666", .unix(path: "/run/a.sock", mode: 0o666)),
        ("unix:/run/a b:1.sock?mode=000", .unix(path: "/run/a b:1.sock", mode: 0)),
    ])
    func anAddressIsReadAndWrittenBack(_ text: String, _ address: ListenAddress) throws {
        #expect(try ListenAddress(text) == address)
        #expect(try ListenAddress(address.description) == address)
    }

    @Test(arguments: [
        ("", ListenAddressError.empty),
        ("  ", .empty),
        ("8790", .noPort),
        ("localhost", .noPort),
        ("127.0.0.1:", .noPort),
        ("[::1]", .noPort),
        ("[::1]8790", .noPort),
        ("127.0.0.1:65536", .badPort("65536")),
        ("127.0.0.1:-1", .badPort("-1")),
        ("127.0.0.1:+1", .badPort("+1")),
        ("127.0.0.1:http", .badPort("http")),
        ("::1:8790", .bareIPv6),
        ("http://127.0.0.1:80", .bareIPv6),
        ("127.0.0.256:80", .badHost("127.0.0.256")),
        ("127.1:80", .badHost("127.1")),
        ("-a.example:80", .badHost("-a.example")),
        ("a..b:80", .badHost("a..b")),
        ("a_b:80", .badHost("a_b")),
        ("[127.0.0.1]:80", .badHost("127.0.0.1")),
        ("[::1:80", .badHost("[::1:80")),
        ("unix:run/a.sock", .relativePath),
        ("unix:", .relativePath),
        ("unix:/run/", .relativePath),
        ("unix:/" + String(repeating: "a", count: 107), .longPath),
        ("unix:/a?mode=", .badMode),
        ("unix:/a?mode=8", .badMode),
        ("unix:/a?mode=1777", .badMode),
        ("unix:/a?owner=root", .badMode),
        ("unix:/a\u{0}b", .controlCharacter),
    ])
    func whatIsNoAddressIsRefusedWithItsReason(_ text: String, _ error: ListenAddressError) {
        #expect(throws: error) { try ListenAddress(text) }
    }

    @Test(arguments: [
        ("127.0.0.1:1", true), ("127.8.8.8:1", true), ("[::1]:1", true), ("[::ffff:127.0.0.1]:1", true),
        ("LocalHost:1", true), ("unix:/a", true),
        ("0.0.0.0:1", false), ("[::]:1", false), (":1", false), ("10.0.0.1:1", false), ("[::ffff:10.0.0.1]:1", false),
        ("localhost.example.com:1", false), ("example.com:1", false),
    ])
    func onlyThisMachineCountsAsLoopback(_ text: String, _ isLoopback: Bool) throws {
        #expect(try ListenAddress(text).isLoopback == isLoopback)
    }

    @Test func aNameThatHasNoAddressRefusesWithItsPlace() {
        let loaded = Loaded("server:\n  listen:\n    - :80\n    - nohost.invalid:8790\n") { host in
            #expect(host == "nohost.invalid")
            return .unknown("Name or service not known")
        }
        #expect(loaded.config == nil)
        #expect(
            loaded.text == """
                activityd.yaml:4:7: error: the name 'nohost.invalid' has no address: Name or service not known
                    - nohost.invalid:8790
                      ^~~~~~~~~~~~~~~~~~~
                """)
    }

    @Test func aResolverThatCannotBeAskedIsWarnedOf() {
        let loaded = Loaded("", listen: ["a:1"]) { _ in .unavailable("no answer") }
        #expect(loaded.config != nil)
        #expect(loaded.text == "--listen: warning: the name 'a' cannot be looked up: no answer")
    }

    @Test func onlyNamesThatAreListenedOnAreLookedUp() {
        let environment = ["ACTIVITYD_SERVER_LISTEN": "127.0.0.1:1,[::1]:1,*:2,unix:/a,b:3"]
        var asked: [String] = []
        let loaded = Loaded("server: {listen: 'a:1'}", environment: environment) { host in
            asked.append(host)
            return .found
        }
        #expect(asked == ["b"])
        #expect(loaded.text == "")
    }

    @Test func theLongestPathOfASocketIsAccepted() throws {
        let path = "/" + String(repeating: "a", count: 106)
        #expect(try ListenAddress("unix:" + path) == .unix(path: path, mode: 0o660))
    }
}
