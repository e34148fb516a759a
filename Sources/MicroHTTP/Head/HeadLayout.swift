/// Where libmicrohttpd found the parts of the request line, as offsets into the received head, which starts with the
/// method.
struct HeadLayout {
    var methodCount: Int
    var targetOffset: Int
    var versionOffset: Int
    var versionCount: Int
}
