/// Why a text is not a ``ListenAddress``.
package enum ListenAddressError: Error, Equatable {
    case empty
    case controlCharacter
    case noPort
    case badPort(String)
    case badHost(String)
    /// An IPv6 address without brackets, in which the port cannot be told from the last group.
    case bareIPv6
    case relativePath
    case longPath
    case badMode
}

extension ListenAddressError: CustomStringConvertible {
    /// What is wrong and what would be right, as the end of a sentence.
    package var description: String {
        switch self {
        case .empty: "it is empty"
        case .controlCharacter: "it holds a control character"
        case .noPort: "it has no port (write HOST:PORT)"
        case .badPort(let port): "the port \(quoted(port)) is not a number from 0 to 65535"
        case .badHost(let host): "\(quoted(host)) is neither an IP address nor a host name"
        case .bareIPv6: "an IPv6 address takes brackets (write [::1]:8790)"
        case .relativePath: "a Unix socket takes the absolute path of a file (write unix:/run/activityd/activityd.sock)"
        case .longPath: "the path of a Unix socket is at most \(ListenAddress.maxPathBytes) bytes"
        case .badMode: "the mode of a Unix socket is octal, 000 to 0777 (write ?mode=0660)"
        }
    }
}
