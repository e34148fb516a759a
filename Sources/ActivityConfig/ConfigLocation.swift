private import Glibc

/// Where the configuration file is.
package enum ConfigLocation {
    /// The environment variable that names the file.
    package static let variable = "ACTIVITYD_CONFIG"

    /// The file of an installed daemon.
    package static let systemPath = "/etc/activityd/activityd.yaml"

    /// The path from the command line, else from the environment (an empty variable counts as not set), else that of
    /// the installed daemon where it exists, else nil: the defaults apply.
    package static func find(
        option: String?, environment: [String: String], systemPath: String = systemPath
    ) -> String? {
        if let option { return option }
        if let named = environment[variable], !named.isEmpty { return named }
        return access(systemPath, F_OK) == 0 ? systemPath : nil
    }
}
