/// One header line as libmicrohttpd understood it: offsets into the received head.
package struct HeadField {
    /// An offset that no head reaches, for a pointer that the library did not take from the head.
    static let outside = Int32.max

    var nameOffset: Int32
    var nameCount: Int32
    var valueOffset: Int32
    var valueCount: Int32

    /// Says where name and value are, in bytes.
    package init(nameOffset: Int32, nameCount: Int32, valueOffset: Int32, valueCount: Int32) {
        self.nameOffset = nameOffset
        self.nameCount = nameCount
        self.valueOffset = valueOffset
        self.valueCount = valueCount
    }
}
