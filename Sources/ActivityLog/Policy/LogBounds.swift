/// What bounds a log: age, count and bytes, whichever is reached first. The oldest events go first.
///
/// A value of 0 or less is never "unbounded": it falls back to the default, so that a bad number can neither lose
/// events nor fill the memory. The configuration warns where it does so.
package struct LogBounds: Sendable, Equatable {
    /// Seconds after which an event is evicted.
    package let ttlSeconds: Int
    /// Most events kept.
    package let maxEntries: Int
    /// Most bytes of events kept, counted in their wire form.
    package let maxBytes: Int

    /// One hour.
    package static let defaultTTLSeconds = 3600
    /// Ten thousand events.
    package static let defaultMaxEntries = 10_000
    /// 64 MiB.
    package static let defaultMaxBytes = 64 << 20
    /// The longest accepted age: 100 years, far from where microseconds would overflow.
    package static let longestTTLSeconds = 100 * 366 * 86_400

    /// Makes bounds; each value that is 0 or less becomes its default, a longer age than ``longestTTLSeconds`` that.
    package init(
        ttlSeconds: Int = defaultTTLSeconds, maxEntries: Int = defaultMaxEntries, maxBytes: Int = defaultMaxBytes
    ) {
        self.ttlSeconds = ttlSeconds > 0 ? min(ttlSeconds, Self.longestTTLSeconds) : Self.defaultTTLSeconds
        self.maxEntries = maxEntries > 0 ? maxEntries : Self.defaultMaxEntries
        self.maxBytes = maxBytes > 0 ? maxBytes : Self.defaultMaxBytes
    }
}
