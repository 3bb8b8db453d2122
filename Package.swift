// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: Swift 6, no implicit existential or import, unsafe code marked, no warning let through.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "callbox",
    products: [
        .library(name: "CallboxClient", targets: ["CallboxClient"]),
        .executable(name: "callbox", targets: ["callbox"]),
        .executable(name: "callboxd", targets: ["callboxd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
    ],
    targets: [
        // libsodium and libpq as the system has them.
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

        // Secrets in guarded memory, and every primitive. Knows no message.
        .target(
            name: "CallboxCrypto",
            dependencies: ["CSodium", .product(name: "Crypto", package: "swift-crypto")],
            exclude: ["Words/NOTICE"],
            resources: [.embedInCode("Words/eff_large_wordlist.txt")],
            swiftSettings: house
        ),
        // Values and their bytes: cell, addresses, request signatures, tokens, invites. Pure.
        .target(
            name: "CallboxWire",
            dependencies: [
                "CallboxCrypto",
                .product(name: "RawStructuredFieldValues", package: "swift-http-structured-headers"),
            ],
            swiftSettings: house
        ),
        // What the program signs: root, program document, prekey sheets. Pure.
        .target(name: "CallboxProgram", dependencies: ["CallboxWire", "CallboxCrypto"], swiftSettings: house),
        // The end-to-end half: handshake, ratchet, rooms, consent. The relay does not link it.
        .target(
            name: "CallboxSealing",
            dependencies: ["CallboxProgram", "CallboxWire", "CallboxCrypto"],
            swiftSettings: house
        ),
        // The public library: conversations, sync, vault, transport, handoff.
        .target(name: "CallboxClient", dependencies: ["CallboxSealing"], swiftSettings: house),
        // Safe Swift over libpq.
        .target(name: "CallboxPostgres", dependencies: ["CPostgres"], swiftSettings: house),
        // Rules, stores and routes of the relay. Cannot open an envelope: it has no CallboxSealing.
        .target(name: "CallboxRelay", dependencies: ["CallboxProgram", "CallboxPostgres"], swiftSettings: house),
        // The daemon and the command: no logic of their own.
        .executableTarget(name: "callboxd", dependencies: ["CallboxRelay"], swiftSettings: house),
        .executableTarget(name: "callbox", dependencies: ["CallboxClient"], swiftSettings: house),

        // Given clocks and seeded randomness for all tests.
        .target(
            name: "CallboxTesting",
            dependencies: ["CallboxSealing", "CallboxProgram", "CallboxWire", "CallboxCrypto"],
            path: "Tests/CallboxTesting",
            swiftSettings: house
        ),
        .testTarget(name: "CryptoTests", dependencies: ["CallboxCrypto", "CallboxTesting"], swiftSettings: house),
        .testTarget(name: "WireTests", dependencies: ["CallboxWire", "CallboxTesting"], swiftSettings: house),
        .testTarget(name: "ProgramTests", dependencies: ["CallboxProgram", "CallboxTesting"], swiftSettings: house),
        .testTarget(name: "SealingTests", dependencies: ["CallboxSealing", "CallboxTesting"], swiftSettings: house),
    ]
)

// `Scripts/fuzz` names folders of Tests/Fuzz here: each becomes a libFuzzer program, inside the package and so able to see `package`.
if let names = Context.environment["CALLBOX_FUZZ"] {
    let decoders: [Target.Dependency] = [
        "CallboxTesting", "CallboxSealing", "CallboxProgram", "CallboxWire", "CallboxCrypto",
    ]
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
        .target(name: "Fuzzing", dependencies: ["CFuzzer"], path: "Tests/Fuzz/Fuzzing", swiftSettings: house),
    ]
    package.targets += names.split(separator: " ").map { name in
        .executableTarget(
            name: "Fuzz\(name)", dependencies: ["Fuzzing"] + decoders, path: "Tests/Fuzz/\(name)", swiftSettings: house)
    }
}

// `Scripts/bench` switches these on: measured programs that see `package`, and libsodium itself to measure against.
if Context.environment["CALLBOX_BENCH"] != nil {
    package.targets += [
        .target(name: "Allocations", path: "Tests/Bench/Allocations"),
        .executableTarget(
            name: "BenchCrypto", dependencies: ["CallboxTesting", "CallboxSealing", "Allocations", "CSodium"],
            path: "Tests/Bench/Crypto", swiftSettings: house),
    ]
}
