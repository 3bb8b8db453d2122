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
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")
    ],
    targets: [
        // libsodium and libpq as the system has them.
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),

        // Secrets in guarded memory, and every primitive. Knows no message.
        .target(
            name: "CallboxCrypto",
            dependencies: ["CSodium", .product(name: "Crypto", package: "swift-crypto")],
            exclude: ["Words/NOTICE"],
            resources: [.embedInCode("Words/eff_large_wordlist.txt")],
            swiftSettings: house
        ),

        // Given clocks and seeded randomness for all tests.
        .target(
            name: "CallboxTesting",
            dependencies: ["CallboxCrypto"],
            path: "Tests/CallboxTesting",
            swiftSettings: house
        ),
        .testTarget(name: "CryptoTests", dependencies: ["CallboxCrypto", "CallboxTesting"], swiftSettings: house),
    ]
)
