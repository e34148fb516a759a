/// One header line as libmicrohttpd understood it: offsets into the received head.
struct HeadField {
    /// An offset that no head reaches, for a pointer that the library did not take from the head.
    static let outside = Int32.max

    var nameOffset: Int32
    var nameCount: Int32
    var valueOffset: Int32
    var valueCount: Int32
}
