package import ActivityLog

/// The type of a key's value, and the property that it sets.
package enum ConfigField: Sendable {
    /// The property of a key.
    package typealias Property<Value> = any WritableKeyPath<DaemonConfig, Value> & Sendable

    /// One or more addresses.
    case addresses(Property<[ListenAddress]>)
    /// An integer of a unit within a range whose lower bound is 0 or 1.
    case integer(Property<Int>, ConfigUnit, ClosedRange<Int>)
    /// The name of a backend.
    case backend(Property<BackendKind>)
    /// The name of a log level.
    case logLevel(Property<LogLevel>)

    /// The value in `config` as an operator would write it.
    package func text(in config: DaemonConfig) -> String {
        switch self {
        case .addresses(let property): config[keyPath: property].map(\.description).joined(separator: ", ")
        case .integer(let property, _, _): String(config[keyPath: property])
        case .backend(let property): config[keyPath: property].rawValue
        case .logLevel(let property): config[keyPath: property].rawValue
        }
    }

    /// What a value is, as the object of "must be".
    var expectation: String {
        switch self {
        case .addresses: "an address or a list of addresses"
        case .integer(_, let unit, _): unit.expectation
        case .backend: "the name of a backend"
        case .logLevel: "the name of a log level"
        }
    }
}
