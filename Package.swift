// swift-tools-version: 6.2
//
// The manifest is the architecture. Arrows go one way, top to bottom:
//
//   activityd ──► ActivityServer ──► MicroHTTP ──► CMicroHTTPD ──► libmicrohttpd
//      │               ├───────────► ActivityJSON ─► CSimdJSON ──► simdjson
//      │               ▼                  ▼
//      ├─► ActivityConfig ─────────► ActivityLog
//      └─► DaemonSupport
//
// ByteBuffers lies below all of them, Problems below the two that answer requests, MemoryBudget below all that hold what
// clients make them hold. The build checks the arrows: `make lint` compiles with
// `--explicit-target-dependency-import-check error`.

import PackageDescription

let package = Package(
    name: "activityd",
    products: [
        .executable(name: "activityd", targets: ["activityd"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The daemon: command line and wiring.
        .executableTarget(
            name: "activityd",
            dependencies: [
                "ActivityConfig", "ActivityLog", "ActivityServer", "DaemonSupport", "MicroHTTP",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // What any daemon needs of its host: signals, service notification, log lines, memory that goes back to it. Knows
        // no events.
        .target(
            name: "DaemonSupport",
            dependencies: ["ByteBuffers", "CMalloc", .product(name: "Logging", package: "swift-log")]),

        // Routes: a function of a request and the logs. Testable without a socket.
        .target(
            name: "ActivityServer",
            dependencies: [
                "ActivityJSON", "ActivityLog", "ByteBuffers", "MicroHTTP", "Problems",
                .product(name: "Logging", package: "swift-log"),
            ]),

        // YAML text and environment to typed configuration, with diagnostics like a compiler's.
        .target(
            name: "ActivityConfig",
            dependencies: ["ActivityLog", .product(name: "Yams", package: "Yams")]),

        // JSON request bodies to validated, minified event drafts.
        .target(name: "ActivityJSON", dependencies: ["ActivityLog", "ByteBuffers", "CSimdJSON"]),

        // The core: bounded event logs and their registry. Knows no HTTP and no YAML.
        .target(name: "ActivityLog", dependencies: ["ByteBuffers"]),

        // The HTTP room: the only importer of libmicrohttpd's shim. Knows no workspaces.
        .target(name: "MicroHTTP", dependencies: ["ByteBuffers", "CMicroHTTPD", "MemoryBudget", "Problems"]),

        // What a refused request is told: the catalogue of codes, and the one writer of their documents.
        .target(name: "Problems", dependencies: ["ByteBuffers"]),

        // How much memory the process may hold, and for what.
        .target(name: "MemoryBudget"),

        // Growable bytes, writers of ASCII, and what can be asked of a view of bytes. All of it `public`, to be inlined.
        .target(name: "ByteBuffers"),

        // Shims: the only C and C++ in the product.
        .target(name: "CMicroHTTPD", linkerSettings: [.linkedLibrary("microhttpd")]),
        .systemLibrary(name: "CMalloc"),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),

        // Single operations of the core, repeated for `make bench-micro` to count. No product: nothing installs it.
        .executableTarget(
            name: "activity-micro",
            dependencies: [
                "ActivityJSON", "ActivityLog", "ActivityServer", "ByteBuffers", "MicroHTTP",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks/Operations"),

        // Tests. TestSupport holds what several suites share.
        .target(
            name: "TestSupport",
            dependencies: ["ActivityLog", "ByteBuffers", "CThreadSanitizer", "MicroHTTP"],
            path: "Tests/TestSupport"),
        // Under ThreadSanitizer only: what it has to be told of Mutex. Empty otherwise.
        .target(name: "CThreadSanitizer", path: "Tests/CThreadSanitizer"),
        .testTarget(name: "ByteBuffersTests", dependencies: ["ByteBuffers"]),
        .testTarget(name: "MemoryBudgetTests", dependencies: ["MemoryBudget", "TestSupport"]),
        .testTarget(name: "ProblemsTests", dependencies: ["ByteBuffers", "Problems"]),
        .testTarget(
            name: "MicroHTTPTests",
            dependencies: ["ByteBuffers", "MemoryBudget", "MicroHTTP", "Problems", "TestSupport"]),
        .testTarget(name: "ActivityLogTests", dependencies: ["ActivityLog", "ByteBuffers", "TestSupport"]),
        .testTarget(
            name: "ActivityJSONTests", dependencies: ["ActivityJSON", "ActivityLog", "ByteBuffers", "TestSupport"]),
        .testTarget(name: "ActivityConfigTests", dependencies: ["ActivityConfig", "ActivityLog", "TestSupport"]),
        .testTarget(
            name: "ActivityServerTests",
            dependencies: ["ActivityLog", "ActivityServer", "ByteBuffers", "MicroHTTP", "Problems", "TestSupport"]),
        .testTarget(
            name: "DaemonSupportTests",
            dependencies: [
                "CMalloc", "DaemonSupport", "TestSupport", .product(name: "Logging", package: "swift-log"),
            ]),
        // Black box: drives the built binary over real sockets.
        .testTarget(name: "DaemonTests", dependencies: ["TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// One set of rules for every Swift target.
let swiftSettings: [SwiftSetting] = [
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // `@_lifetime` on functions that return a Span or another non-escapable view.
    .enableExperimentalFeature("Lifetimes"),
]
let cTargets: Set<String> = ["CMalloc", "CMicroHTTPD", "CSimdJSON", "CThreadSanitizer"]
for target in package.targets where !cTargets.contains(target.name) {
    target.swiftSettings = (target.swiftSettings ?? []) + swiftSettings
}
