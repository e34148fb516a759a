import CProgramStart

/// What the process was started with. Read once, before any other thread exists or a library changes it.
enum ProgramStart {
    /// The arguments without the name of the program. Bytes that are not UTF-8 are replaced.
    static let arguments: [String] = (1..<max(1, CProgramStart_argumentCount())).map { index in
        unsafe String(cString: CProgramStart_argument(index))
    }

    /// All variables that are UTF-8; of two with one name the first counts, as for getenv(3).
    static let environment: [String: String] = {
        var variables: [String: String] = [:]
        var index: Int32 = 0
        // SAFETY: a null-terminated list of null-terminated strings, which nothing changes before main has read it.
        while let pointer = unsafe CProgramStart_variable(index) {
            let text = unsafe String(cString: pointer)
            if let equals = text.firstIndex(of: "=") {
                let name = String(text[..<equals])
                if variables[name] == nil { variables[name] = String(text[text.index(after: equals)...]) }
            }
            index += 1
        }
        return variables
    }()
}
