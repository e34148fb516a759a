import Glibc

/// The process's environment.
enum Environment {
    /// All variables that are UTF-8; of two with one name the first counts, as for getenv(3).
    static var current: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        // SAFETY: environ is a null-terminated array of null-terminated strings; nothing in this process changes it.
        while let pointer = unsafe entry.pointee {
            let text = unsafe String(cString: pointer)
            if let equals = text.firstIndex(of: "=") {
                let name = String(text[..<equals])
                if variables[name] == nil { variables[name] = String(text[text.index(after: equals)...]) }
            }
            unsafe entry += 1
        }
        return variables
    }
}
