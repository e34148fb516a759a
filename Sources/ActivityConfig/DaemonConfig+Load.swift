extension DaemonConfig {
    /// Largest configuration file: room for more than 10 000 overrides, and little enough to read whatever it is.
    package static let maxFileBytes = 1 << 20

    /// Reads the configuration: options go before the environment, that before the file, that before the defaults.
    ///
    /// Lenient: whatever can be degraded is, with a warning.
    ///
    /// - Parameters:
    ///   - path: The file, named in diagnostics as given; nil for none.
    ///   - environment: All variables; those that begin with `ACTIVITYD_` matter.
    ///   - listen: The addresses of `--listen`, which replace all others unless there are none.
    ///   - resolve: Looks a host name up; names that nothing is listened on are not asked for.
    /// - Returns: The configuration, and the warnings: those of the file from top to bottom, then variables, then
    ///   options.
    /// - Throws: All findings, when the file cannot be read or is no YAML, or an address to listen on is none.
    package static func load(
        path: String?, environment: [String: String], listen: [String] = [],
        resolve: (String) -> HostResolution = { _ in .found }
    ) throws(ConfigError) -> (config: DaemonConfig, warnings: [ConfigDiagnostic]) {
        var findings = ConfigFindings(file: path ?? "")
        var bytes: [UInt8] = []
        if let path {
            do throws(FileBytes.ReadError) {
                bytes = try FileBytes.read(path: path, limit: maxFileBytes)
            } catch {
                findings.fail("cannot be read: \(error)", at: .file)
            }
        }
        return try load(bytes, environment: environment, listen: listen, resolve: resolve, findings: findings)
    }

    /// The same from the bytes of a file.
    static func load(
        _ bytes: [UInt8], environment: [String: String], listen: [String] = [],
        resolve: (String) -> HostResolution = { _ in .found }, findings: ConfigFindings
    ) throws(ConfigError) -> (config: DaemonConfig, warnings: [ConfigDiagnostic]) {
        var findings = findings
        let source = SourceText(utf8: bytes, findings: &findings)
        let root = findings.isFatal ? nil : YAMLNode.parse(source, findings: &findings)

        var config = DaemonConfig()
        var reader = ConfigReader(findings: findings)
        if let root { reader.read(root, into: &config) }
        EnvironmentOverrides.apply(environment, to: &config, findings: &reader.findings)
        if !listen.isEmpty {
            let option = ConfigPlace.option("--listen")
            let addresses = ConfigInput.list(listen.map { .text($0, option) }, option)
            ConfigSchema.listen.assign(addresses, to: &config, findings: &reader.findings)
        }
        reader.readWorkspaces(into: &config)

        for address in config.server.listen { reader.findings.resolve(address, by: resolve) }

        guard !reader.findings.isFatal else { throw ConfigError(diagnostics: reader.findings.diagnostics) }
        return (config, reader.findings.diagnostics)
    }
}

/// What came of looking a host name up.
package enum HostResolution: Sendable {
    /// It has an address.
    case found
    /// It has none, for this reason, and will have none.
    case unknown(String)
    /// The resolver could not be asked, for this reason.
    case unavailable(String)
}

extension ConfigFindings {
    /// Looks the host of `address` up, if it is a name.
    fileprivate mutating func resolve(_ address: ListenAddress, by resolve: (String) -> HostResolution) {
        guard case .tcp(let host, _) = address, host != ListenAddress.anyHost, IPAddress(host) == nil,
            let place = addressPlaces[address]
        else { return }
        switch resolve(host) {
        case .found: break
        case .unknown(let reason): fail("the name \(quoted(host)) has no address: \(reason)", at: place)
        // The network may come up later; until then the daemon cannot listen, and is started again.
        case .unavailable(let reason): warn("the name \(quoted(host)) cannot be looked up: \(reason)", at: place)
        }
    }
}
