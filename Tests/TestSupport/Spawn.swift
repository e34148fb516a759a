import Foundation

/// Starts a process by posix_spawn(3) and returns its id.
///
/// Not Foundation's Process, which hands down the signal mask and the ignored signals of the test runner.
func spawn(
    _ program: String, _ arguments: [String], environment: [String], output: Int32, errors: Int32
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var processID: pid_t = 0
    let result = withCStrings([program] + arguments) { arguments in
        withCStrings(environment) { environment in
            posix_spawnp(&processID, program, &actions, &attributes, arguments, environment)
        }
    }
    guard result == 0 else { throw ChildProcess.Failure.notStarted(program: program, result) }
    return processID
}

/// Lends `strings` to `body` as the NULL-terminated list that exec wants.
private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    // SAFETY: each copy is freed after `body`, which does not keep the pointers.
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
