/// Where libmicrohttpd found the parts of the request line, as offsets into the received head, which starts with the
/// method.
package struct HeadLayout {
    var methodCount: Int
    var targetOffset: Int
    var versionOffset: Int
    var versionCount: Int

    /// Says where the parts are, in bytes.
    package init(methodCount: Int, targetOffset: Int, versionOffset: Int, versionCount: Int) {
        self.methodCount = methodCount
        self.targetOffset = targetOffset
        self.versionOffset = versionOffset
        self.versionCount = versionCount
    }
}
