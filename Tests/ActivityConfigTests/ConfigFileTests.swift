import Foundation
import Testing

@testable import ActivityConfig

/// What needs a file system.
@Suite struct ConfigFileTests {
    /// A fresh directory for one test.
    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "activityd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    }

    private func write(_ text: String, to name: String = "activityd.yaml") throws -> String {
        let file = directory.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func removeDirectory() throws {
        try FileManager.default.removeItem(at: directory)
    }

    @Test func diagnosticsNameTheFileAsItWasGiven() throws {
        defer { #expect(throws: Never.self) { try removeDirectory() } }
        let path = try write("sever: {}\n")
        let (config, warnings) = try DaemonConfig.load(path: path, environment: [:])
        #expect(config == DaemonConfig())
        #expect(warnings.map(\.location) == ["\(path):1:1"])
    }

    @Test func withoutAFileTheDefaultsApply() throws {
        let (config, warnings) = try DaemonConfig.load(path: nil, environment: [:])
        #expect(config == DaemonConfig())
        #expect(warnings.isEmpty)
    }

    @Test func aMissingFileIsRefusedAndTheEnvironmentStillChecked() throws {
        defer { #expect(throws: Never.self) { try removeDirectory() } }
        let path = directory.appending(path: "none.yaml").path
        let error = try #require(throws: ConfigError.self) {
            try DaemonConfig.load(path: path, environment: ["ACTIVITYD_X": "1"])
        }
        #expect(
            error.description == """
                \(path): error: cannot be read: No such file or directory
                ACTIVITYD_X: warning: no key has this variable
                """)
    }

    @Test func aDirectoryIsRefused() throws {
        defer { #expect(throws: Never.self) { try removeDirectory() } }
        let error = try #require(throws: ConfigError.self) {
            try DaemonConfig.load(path: directory.path, environment: [:])
        }
        #expect(error.description == "\(directory.path): error: cannot be read: Is a directory")
    }

    @Test func aFileThatNeverEndsIsRefused() throws {
        let error = try #require(throws: ConfigError.self) {
            try DaemonConfig.load(path: "/dev/zero", environment: [:])
        }
        #expect(error.description == "/dev/zero: error: cannot be read: it is larger than 1048576 bytes")
    }

    @Test func theLargestFileIsRead() throws {
        defer { #expect(throws: Never.self) { try removeDirectory() } }
        let path = try write("#" + String(repeating: "x", count: DaemonConfig.maxFileBytes - 1))
        #expect(try DaemonConfig.load(path: path, environment: [:]).warnings.isEmpty)
    }

    @Test func theFileIsFoundByOptionThenVariableThenWhereItIsInstalled() throws {
        defer { #expect(throws: Never.self) { try removeDirectory() } }
        let installed = try write("")
        let environment = ["ACTIVITYD_CONFIG": "variable.yaml"]
        func find(_ option: String?, _ environment: [String: String], _ systemPath: String) -> String? {
            ConfigLocation.find(option: option, environment: environment, systemPath: systemPath)
        }
        #expect(find("option.yaml", environment, installed) == "option.yaml")
        #expect(find(nil, environment, installed) == "variable.yaml")
        #expect(find(nil, ["ACTIVITYD_CONFIG": ""], installed) == installed)
        #expect(find(nil, [:], installed + ".none") == nil)
    }

    @Test func aCheckOfAGoodFilePasses() throws {
        defer { #expect(throws: Never.self) { try removeDirectory() } }
        let path = try write("server: {workers: 1}")
        let check = ConfigCheck(path: path, environment: [:])
        #expect(check.passed)
        #expect(check.report == "\(path): ok")
        #expect(check.config?.server.workers == 1)
    }

    @Test func aCheckForgivesNothingAndReportsAllAtOnce() throws {
        defer { #expect(throws: Never.self) { try removeDirectory() } }
        let path = try write("server:\n  workers: x\nobservability:\n  event_log:\n    backend: redis\n")
        let check = ConfigCheck(path: path, environment: ["ACTIVITYD_X": "1"])
        #expect(!check.passed)
        #expect(check.config != nil)
        #expect(
            check.report == """
                \(path):2:12: error: 'workers' must be an integer, not 'x': using 0
                  workers: x
                           ^
                \(path):5:14: error: redis is not available yet: kept in memory
                    backend: redis
                             ^~~~~
                ACTIVITYD_X: error: no key has this variable
                \(path): 3 errors
                """)
    }

    @Test func aCheckOfBrokenYAMLHasNoConfiguration() throws {
        defer { #expect(throws: Never.self) { try removeDirectory() } }
        let path = try write("a: b: c")
        let check = ConfigCheck(path: path, environment: [:])
        #expect(check.config == nil)
        #expect(check.report.hasSuffix("\(path): 1 error"))
    }

    @Test func aCheckWithoutAFileChecksTheEnvironment() {
        #expect(ConfigCheck(path: nil, environment: [:]).report == "defaults: ok")
        #expect(!ConfigCheck(path: nil, environment: ["ACTIVITYD_SERVER_WORKERS": "x"]).passed)
    }
}
