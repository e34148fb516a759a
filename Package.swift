// swift-tools-version: 6.2
//
// The manifest is the architecture. Arrows go one way, top to bottom:
//
//   activityd ──► ActivityServer ──► MicroHTTP ──► CMicroHTTPD ──► libmicrohttpd
//      │               ├───────────► ActivityJSON ─► CSimdJSON ──► simdjson
//      │               ├───────────► Gzip ──► CZlib ──► zlib
//      │               ▼                  ▼
//      ├─► ActivityConfig ─► CYAML ─► libyaml
//      │         └─────────────────► ActivityLog
//      └─► DaemonSupport
//
// ByteBuffers and PosixThreads lie below all of them, Problems below the two that answer requests, MemoryBudget below all that hold what
// clients make them hold. The build checks the arrows: `make lint` compiles with
// `--explicit-target-dependency-import-check error`.

import PackageDescription

// How the release binary lies in memory: docs/decisions/0006-code-of-the-start-lies-together.md.
let layout = [
    "-use-ld=lld",
    // Functions that the start runs, next to each other. Names that are no more are passed over.
    "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/.ci/startup.order",
    "-Xlinker", "--no-warn-symbol-ordering",
    // 40 000 relocations in 8 KB instead of 1 MB.
    "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
    // Nothing but epoll_wait is for others to call, so what nobody calls can go.
    "-Xlinker", "--no-export-dynamic",
]

let package = Package(
    name: "activityd",
    products: [
        .executable(name: "activityd", targets: ["activityd"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // The daemon: command line and wiring.
        .executableTarget(
            name: "activityd",
            dependencies: [
                "ActivityConfig", "ActivityLog", "ActivityServer", "CProgramStart", "DaemonSupport", "MemoryBudget",
                "MicroHTTP",
                "PosixThreads",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            linkerSettings: [.unsafeFlags(layout, .when(configuration: .release))]),

        // What any daemon needs of its host: signals, service notification, log lines, memory that goes back to it. Knows
        // no events.
        .target(
            name: "DaemonSupport",
            dependencies: ["ByteBuffers", "CMalloc", .product(name: "Logging", package: "swift-log")]),

        // Routes: a function of a request and the logs. Testable without a socket.
        .target(
            name: "ActivityServer",
            dependencies: [
                "ActivityJSON", "ActivityLog", "ByteBuffers", "Gzip", "MicroHTTP", "Problems",
                .product(name: "Logging", package: "swift-log"),
            ]),

        // YAML text and environment to typed configuration, with diagnostics like a compiler's.
        .target(
            name: "ActivityConfig",
            dependencies: ["ActivityLog", "CYAML"]),

        // JSON request bodies to validated, minified event drafts.
        .target(name: "ActivityJSON", dependencies: ["ActivityLog", "ByteBuffers", "CSimdJSON"]),

        // The core: bounded event logs and their registry. Knows no HTTP and no YAML.
        .target(name: "ActivityLog", dependencies: ["ByteBuffers", "MemoryBudget"]),

        // The HTTP room: the only importer of libmicrohttpd's shim. Knows no workspaces.
        .target(
            name: "MicroHTTP", dependencies: ["ByteBuffers", "CMicroHTTPD", "MemoryBudget", "PosixThreads", "Problems"]),

        // What a refused request is told: the catalogue of codes, and the one writer of their documents.
        .target(name: "Problems", dependencies: ["ByteBuffers"]),

        // Compressed request bodies: the only importer of zlib. Knows no HTTP.
        .target(name: "Gzip", dependencies: ["ByteBuffers", "CZlib"]),

        // What may be held for clients, in bytes, and what is: one count for all rooms.
        .target(name: "MemoryBudget"),

        // Growable bytes, writers of ASCII, and what can be asked of a view of bytes. All of it `public`, to be inlined.
        .target(name: "ByteBuffers"),

        // Threads that are joined.
        .target(name: "PosixThreads"),

        // Shims: the only C and C++ in the product.
        .target(name: "CMicroHTTPD", linkerSettings: [.linkedLibrary("microhttpd")]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib"),
        .target(name: "CProgramStart"),
        .systemLibrary(name: "CYAML"),
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
            dependencies: ["ActivityLog", "ByteBuffers", "CThreadSanitizer", "CZlib", "MicroHTTP"],
            path: "Tests/TestSupport"),
        // Under ThreadSanitizer only: what it has to be told of Mutex. Empty otherwise.
        .target(name: "CThreadSanitizer", path: "Tests/CThreadSanitizer"),
        .testTarget(name: "ByteBuffersTests", dependencies: ["ByteBuffers"]),
        .testTarget(name: "GzipTests", dependencies: ["ByteBuffers", "Gzip", "TestSupport"]),
        .testTarget(name: "MemoryBudgetTests", dependencies: ["MemoryBudget", "TestSupport"]),
        .testTarget(name: "ProblemsTests", dependencies: ["ByteBuffers", "Problems"]),
        .testTarget(
            name: "MicroHTTPTests",
            dependencies: ["ByteBuffers", "MemoryBudget", "MicroHTTP", "Problems", "TestSupport"]),
        .testTarget(
            name: "ActivityLogTests", dependencies: ["ActivityLog", "ByteBuffers", "MemoryBudget", "TestSupport"]),
        .testTarget(
            name: "ActivityJSONTests", dependencies: ["ActivityJSON", "ActivityLog", "ByteBuffers", "TestSupport"]),
        .testTarget(name: "ActivityConfigTests", dependencies: ["ActivityConfig", "ActivityLog", "TestSupport"]),
        .testTarget(
            name: "ActivityServerTests",
            dependencies: [
                "ActivityJSON", "ActivityLog", "ActivityServer", "ByteBuffers", "MicroHTTP", "Problems", "TestSupport",
            ]),
        .testTarget(
            name: "DaemonSupportTests",
            dependencies: [
                "CMalloc", "DaemonSupport", "TestSupport", .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "PosixThreadsTests", dependencies: ["PosixThreads"]),
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
let cTargets: Set<String> = [
    "CMalloc", "CMicroHTTPD", "CProgramStart", "CSimdJSON", "CThreadSanitizer", "CYAML", "CZlib",
]
for target in package.targets where !cTargets.contains(target.name) {
    target.swiftSettings = (target.swiftSettings ?? []) + swiftSettings
}
