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
        .library(name: "CallboxClient", targets: ["CallboxClient", "CallboxTransport"]),
        .executable(name: "callbox", targets: ["callbox"]),
        .executable(name: "callboxd", targets: ["callboxd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-structured-headers", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // libsodium and libpq as the system has them.
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

        // libqrencode, for a poster's QR code.
        .systemLibrary(name: "CQRCode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),

        // What the Glibc module does not show, or only by pointers: malloc_trim, prctl, file locks, the kernel's keyring.
        .systemLibrary(name: "CLinux"),

        // Secrets in guarded memory, and every primitive. Knows no message.
        .target(
            name: "CallboxCrypto",
            dependencies: ["CSodium", "CLinux", .product(name: "Crypto", package: "swift-crypto")],
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
        // The public library: vault, sync, conversations, handoff, and what coordinators do. Knows no socket.
        .target(
            name: "CallboxClient",
            dependencies: [
                "CallboxSealing", "CallboxProgram", "CallboxWire", "CallboxCrypto", "CLinux", "CQRCode",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: house
        ),
        // The way to a relay: HTTPS with a pinned key, each mailbox by itself, through SOCKS5 if wanted.
        .target(
            name: "CallboxTransport",
            dependencies: [
                "CallboxClient", "CallboxProgram", "CallboxWire", "CallboxCrypto",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: house
        ),
        // Safe Swift over libpq.
        .target(name: "CallboxPostgres", dependencies: ["CPostgres"], swiftSettings: house),
        // The relay's own TLS certificate: made at init, read by check. Nothing else.
        .target(
            name: "CallboxCertificate",
            dependencies: [
                "CallboxWire", "CallboxCrypto",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: house
        ),
        // Rules, stores and routes of the relay. Cannot open an envelope: it has no CallboxSealing.
        .target(
            name: "CallboxRelay",
            dependencies: [
                "CallboxProgram", "CallboxWire", "CallboxCrypto", "CLinux",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: house
        ),
        // The daemon and the command: no logic of their own.
        .executableTarget(
            name: "callboxd",
            dependencies: [
                "CallboxRelay", "CallboxCertificate", "CallboxProgram", "CallboxWire", "CallboxCrypto",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: house
        ),
        // Words on a terminal: others' text made inert, wrapping, keys, the line being written. Pure.
        .target(name: "CallboxTerminal", swiftSettings: house),
        .executableTarget(
            name: "callbox",
            dependencies: [
                "CallboxClient", "CallboxTransport", "CallboxTerminal", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: house
        ),

        // Given clocks and seeded randomness for all tests.
        .target(
            name: "CallboxTesting",
            dependencies: ["CallboxSealing", "CallboxProgram", "CallboxWire", "CallboxCrypto"],
            path: "Tests/CallboxTesting",
            swiftSettings: house
        ),
        // Relays and stores in memory that do as they should, and as they should not. By itself: the core is built without it.
        .target(
            name: "CallboxClientTesting",
            dependencies: ["CallboxClient", "CallboxTesting", "CallboxProgram", "CallboxWire", "CallboxCrypto"],
            path: "Tests/CallboxClientTesting",
            swiftSettings: house
        ),
        .testTarget(name: "CryptoTests", dependencies: ["CallboxCrypto", "CallboxTesting"], swiftSettings: house),
        .testTarget(name: "WireTests", dependencies: ["CallboxWire", "CallboxTesting"], swiftSettings: house),
        .testTarget(name: "ProgramTests", dependencies: ["CallboxProgram", "CallboxTesting"], swiftSettings: house),
        .testTarget(name: "SealingTests", dependencies: ["CallboxSealing", "CallboxTesting"], swiftSettings: house),
        .testTarget(
            name: "ClientTests", dependencies: ["CallboxClient", "CallboxClientTesting", "CallboxTesting"],
            swiftSettings: house),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "callbox", "CallboxTerminal", "CallboxClient", "CallboxClientTesting", "CallboxTesting",
                "CallboxProgram", "CallboxWire", "CallboxCrypto",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "TransportTests",
            dependencies: [
                "CallboxTransport", "CallboxRelay", "CallboxCertificate", "CallboxTesting",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "RelayTests",
            dependencies: [
                "CallboxRelay", "CallboxCertificate", "CallboxTesting",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            swiftSettings: house
        ),
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
    // The relay brings a server and a database with it, the transport TLS, the client its own weight: only their own targets are
    // built with them.
    let further: [String: [Target.Dependency]] = [
        "RelayRequest": [
            "CallboxRelay",
            .product(name: "Hummingbird", package: "hummingbird"),
            .product(name: "NIOEmbedded", package: "swift-nio"),
        ],
        "SOCKSReply": ["CallboxTransport", "CallboxClient"],
        "VaultFile": ["CallboxClient"],
        "ShownText": ["CallboxTerminal"],
        "TypedKeys": ["CallboxTerminal"],
        "OfficePapers": ["CallboxClient"],
    ]
    package.targets += names.split(separator: " ").map { name in
        let dependencies: [Target.Dependency] = ["Fuzzing"] + decoders + further[String(name), default: []]
        return .executableTarget(
            name: "Fuzz\(name)", dependencies: dependencies, path: "Tests/Fuzz/\(name)", swiftSettings: house)
    }
}

// `Scripts/bench` switches these on: measured programs that see `package`, and libsodium itself to measure against.
if Context.environment["CALLBOX_BENCH"] != nil {
    package.targets += [
        .target(name: "Allocations", path: "Tests/Bench/Allocations"),
        .executableTarget(
            name: "BenchCrypto", dependencies: ["CallboxTesting", "CallboxSealing", "Allocations", "CSodium"],
            path: "Tests/Bench/Crypto", swiftSettings: house),
        .executableTarget(
            name: "BenchClient",
            dependencies: [
                "CLinux", "CallboxTesting", "CallboxClient", "CallboxCrypto",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Bench/Client", swiftSettings: house),
        .target(name: "CAppend", path: "Tests/Bench/CAppend"),
        .executableTarget(
            name: "BenchRelay",
            dependencies: [
                "CAppend", "CallboxTesting", "CallboxWire", "CallboxCrypto",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/Bench/Relay", swiftSettings: house),
    ]
}

// `Scripts/crash` switches this on: a program that changes a vault, to be killed in the middle.
if Context.environment["CALLBOX_CRASH"] != nil {
    package.targets += [
        .executableTarget(
            name: "VaultHand",
            dependencies: [
                "CallboxClient", "CallboxCrypto", .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Client/VaultHand", swiftSettings: house)
    ]
}

// `Scripts/mutants` leaves out the relay, the client and all that they bring: its mutants are below them.
if Context.environment["CALLBOX_CORE"] != nil {
    let rim = [
        "CallboxRelay", "CallboxCertificate", "callboxd", "RelayTests", "CallboxTransport", "TransportTests", "callbox",
        "CommandTests", "CallboxClient", "CallboxClientTesting", "ClientTests",
    ]
    package.targets.removeAll { rim.contains($0.name) }
    package.products = []
}
