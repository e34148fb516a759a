import DaemonSupport
import Foundation
import TestSupport
import Testing

@Suite struct FileAccessTests {
    @Test(arguments: [(0o660, "0660"), (0o007, "0007"), (0o000, "0000"), (0o777, "0777")])
    func aFilesAccessIsReadAsItIsListed(mode: Int, text: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("", to: "file")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let access = try #require(FileAccess(path: path))
        #expect(access.mode == text)
        #expect(access.owner == attributes[.ownerAccountName] as? String)
        #expect(access.group == attributes[.groupOwnerAccountName] as? String)
    }

    @Test(.enabled(if: getuid() == 0, "only root gives files away")) func whoHasNoNameHasANumber() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("", to: "file")
        try #require(chown(path, 123_456, 654_321) == 0)
        let access = try #require(FileAccess(path: path))
        #expect([access.owner, access.group] == ["123456", "654321"])
    }

    @Test func aFileThatIsNotThereHasNone() {
        #expect(FileAccess(path: "/nowhere/file") == nil)
    }
}
