import ByteBuffers

/// The value of the `Date` header, written anew only when the second changes.
///
/// The library's own takes glibc's global time zone lock for each response.
struct HTTPDate: ~Copyable {
    private var seconds = Int.min
    private var text = ByteBuffer(capacity: 32)

    /// The 29 bytes of an IMF-fixdate (RFC 9110 section 5.6.7) for `seconds` since the Unix epoch.
    @_lifetime(&self)
    mutating func bytes(at seconds: Int) -> Span<UInt8> {
        if seconds != self.seconds { write(seconds) }
        return text.span
    }

    private mutating func write(_ seconds: Int) {
        self.seconds = seconds
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let secondOfDay = seconds - days * 86_400
        let (year, month, day) = HTTPDate.civil(days)
        text.removeAll()
        // 1970-01-01 was a Thursday.
        text.append(HTTPDate.weekday((days % 7 + 11) % 7))
        text.append(decimal: day, width: 2)
        text.append(HTTPDate.month(month))
        text.append(decimal: year, width: 4)
        text.append(UInt8(ascii: " "))
        text.append(decimal: secondOfDay / 3600, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: secondOfDay / 60 % 60, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: secondOfDay % 60, width: 2)
        text.append(" GMT")
    }

    /// The proleptic Gregorian date of a day since 1970-01-01. Years run from March, so the leap day is the last one.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func weekday(_ sinceSunday: Int) -> StaticString {
        switch sinceSunday {
        case 0: "Sun, "
        case 1: "Mon, "
        case 2: "Tue, "
        case 3: "Wed, "
        case 4: "Thu, "
        case 5: "Fri, "
        default: "Sat, "
        }
    }

    private static func month(_ number: Int) -> StaticString {
        switch number {
        case 1: " Jan "
        case 2: " Feb "
        case 3: " Mar "
        case 4: " Apr "
        case 5: " May "
        case 6: " Jun "
        case 7: " Jul "
        case 8: " Aug "
        case 9: " Sep "
        case 10: " Oct "
        case 11: " Nov "
        default: " Dec "
        }
    }
}
