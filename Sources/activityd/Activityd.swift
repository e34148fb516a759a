import ArgumentParser

/// The command line: `activityd serve` (the default) and `activityd check`.
struct Activityd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activityd",
        abstract: "Keeps one bounded activity log per workspace, appended to and read over HTTP.",
        version: Version.text,
        subcommands: [Serve.self, Check.self],
        defaultSubcommand: Serve.self)
}

@main
enum EntryPoint {
    static func main() {
        _ = ProgramStart.environment
        Activityd.main(ProgramStart.arguments)
    }
}

/// The version of this build, as `activityd --version` prints it and CHANGELOG.md heads it.
enum Version {
    static let text = "0.1.0"
}
