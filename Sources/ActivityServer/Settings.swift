private import Synchronization

/// What bounds requests, replies and live readers: all that can be changed while the daemon serves.
package struct Settings: Sendable {
    /// Of a request and a reply.
    package var limits: ActivityServerLimits
    /// Of live readers.
    package var live: LiveLimits

    /// The defaults of the configuration, but for what is given.
    package init(limits: ActivityServerLimits = ActivityServerLimits(), live: LiveLimits = LiveLimits()) {
        self.limits = limits
        self.live = live
    }
}

/// The settings in force. They are swapped whole; each thread that needs them for every request has a ``View``.
final class SettingsSource: Sendable {
    private let settings: Mutex<Settings>
    /// Changes with the settings, under their lock.
    private let generation = Atomic(0)

    init(_ settings: Settings) { self.settings = Mutex(settings) }

    /// The settings as they are now. One short lock.
    var current: Settings { settings.withLock { $0 } }

    /// Puts others in force: for every request that begins afterwards.
    func apply(_ new: Settings) {
        settings.withLock { settings in
            settings = new
            generation.add(1, ordering: .relaxed)
        }
    }

    /// One thread's copy.
    struct View {
        private(set) var settings: Settings
        private let source: SettingsSource
        private var generation: Int

        init(of source: SettingsSource) {
            self.source = source
            (settings, generation) = source.numbered
        }

        /// Takes new settings over; true when there were some. One relaxed load when there are none.
        @inline(__always)
        mutating func refresh() -> Bool {
            guard source.generation.load(ordering: .relaxed) != generation else { return false }
            (settings, generation) = source.numbered
            return true
        }
    }

    private var numbered: (Settings, Int) {
        settings.withLock { ($0, generation.load(ordering: .relaxed)) }
    }
}
