/// The version of this build, as `activityd --version` prints it and CHANGELOG.md heads it.
enum Version {
    static let text = "0.1.0"
}
