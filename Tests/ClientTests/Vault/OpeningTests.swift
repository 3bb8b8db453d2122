import CallboxCrypto
import CallboxProgram
import CallboxTesting
import Synchronization
import Testing

@testable import CallboxClient
@testable import CallboxClientTesting

@Suite("Opening")
struct OpeningTests {
    @Test(
        "An opened vault brings its records, and the relay that they name; a wrong passphrase and an unknown word bring trouble"
    )
    func opening() throws {
        try withHome { home in
            let world = try TalkingWorld()
            _ = try Vault.made(at: home, world.officer.store.read { $0 })
            let connector = NotingConnector(relay: world.relay)
            let words = Passphrase.right().revealedForPaper()
            let callbox = try Callbox.open(home, passphrase: words.uppercased(), by: connector)
            #expect(try callbox.me == .officer)
            #expect(connector.identities == [world.sample.program.document.content.relays[0].identityKey])
            #expect(trouble { try Callbox.open(home, passphrase: "abacus abdomen", by: connector) } == .locked)
            #expect(trouble { try Callbox.open(home, passphrase: "abacus abdomem", by: connector) } == .usage)
        }
    }

    @Test("A fresh passphrase has as many words as asked for, and is one")
    func fresh() throws {
        let words = try Callbox.freshPassphrase(words: 7)
        #expect(words.split(separator: " ").count == 7)
        #expect(try words != Callbox.freshPassphrase(words: 7))
        try Callbox.check(passphrase: words.uppercased().replacing(" ", with: " - "))
        for count in [0, 5, 33] { #expect(trouble { try Callbox.freshPassphrase(words: count) } == .usage) }
    }

    @Test("A word that is not in the list is named by its position, with the nearest that are")
    func unknownWord() throws {
        #expect {
            try Callbox.check(passphrase: "abacus abdomen abdominol")
        } throws: { error in
            guard let trouble = error as? Trouble else { return false }
            return trouble.kind == .usage && trouble.happened.contains("Word 3") && trouble.remedy.contains("abdominal")
        }
        #expect(trouble { try Callbox.check(passphrase: " 12 ") } == .usage)
        #expect(
            trouble { try Callbox.check(passphrase: Array(repeating: "abacus", count: 33).joined(separator: " ")) }
                == .usage)
    }

    @Test("No trouble tells a word that was typed")
    func silence() {
        #expect {
            try Callbox.check(passphrase: "abacus zzyzzx abdomen")
        } throws: { error in
            !["zzyzzx", "abacus", "abdomen"].contains { "\(error)".contains($0) }
        }
    }
}

/// Gives one relay, and notes which keys it was asked for.
private final class NotingConnector: RelayConnector {
    private let relay: any Relay
    private let asked = Mutex<[VerificationKey?]>([])

    init(relay: any Relay) { self.relay = relay }

    var identities: [VerificationKey?] { asked.withLock { $0 } }

    func relay(at places: RelayPlaces) -> RelayHandle {
        asked.withLock { $0.append(places.identity) }
        return RelayHandle(relay)
    }
}
