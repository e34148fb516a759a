internal import Glibc

/// Runs one operation of the core a number of times, for an instrument that counts what it took (`Benchmarks/micro`).
///
/// `activity-micro` lists the operations, one a line: name, how often to run it, what it is, with tabs between.
/// `activity-micro NAME COUNT` prepares, runs it COUNT times and prints a checksum. What COUNT and 2 × COUNT runs take
/// differs by COUNT operations and nothing else.
@main
enum ActivityMicro {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let name = arguments.first else { return list() }
        guard let operation = Operation.all.first(where: { $0.name == name }) else {
            fail("no operation is called \(name)", status: EX_USAGE)
        }
        guard arguments.count == 2, let count = arguments.last.flatMap({ Int($0) }), count > 0 else {
            fail("usage: activity-micro [NAME COUNT]", status: EX_USAGE)
        }
        do {
            print(try operation.run(count))
        } catch {
            fail("\(name): \(error)", status: EXIT_FAILURE)
        }
    }

    private static func list() {
        for operation in Operation.all { print("\(operation.name)\t\(operation.count)\t\(operation.title)") }
    }

    private static func fail(_ message: String, status: Int32) -> Never {
        let line = Array("activity-micro: \(message)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(status)
    }
}
