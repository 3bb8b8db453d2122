import CallboxCrypto
import CallboxProgram
import CallboxTesting
import FoundationEssentials
import Testing

@testable import CallboxSealing

/// Base64, for tests that take envelopes apart.
enum Base64Text {
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

@Suite("Consent records")
struct ConsentRecordTests {
    private let world: ConsentWorld

    init() throws { world = try ConsentWorld() }

    private func denial(_ change: (inout ConsentTerms) throws -> Void) throws -> ConsentError? {
        var terms = try world.terms()
        try change(&terms)
        return refusal(as: ConsentError.self) { try ConsentRecord(terms, in: world.words) }
    }

    @Test("one that speaks both ways is no consent")
    func bothDirections() throws {
        #expect(try denial { $0.direction = .backToPeer } == .bothDirections)
        #expect(try denial { $0.kind = .closingWord } == .bothDirections)
        #expect(
            try denial { terms in
                let outcome = ConsentItem(kind: .outcome, text: try Words("All is well."))
                terms.items = try Few(terms.items.all + [outcome])
            } == .bothDirections)
    }

    @Test("its parts go together, or there is none")
    func parts() throws {
        #expect(try denial { _ in } == nil)
        #expect(try denial { $0.items = try Few([]) } == .field)
        #expect(try denial { $0.items = try Few($0.items.all + [$0.items.all[0]]) } == .field)
        #expect(
            try denial { terms in
                let drinks = ConsentItem(kind: .substanceUse, text: try Words("Drinks to sleep."))
                terms.items = try Few(terms.items.all + [drinks])
            } == .field)
        #expect(
            try denial { terms in
                let drinks = ConsentItem(kind: .substanceUse, text: try Words("Drinks to sleep."))
                terms.items = try Few(terms.items.all + [drinks])
                terms.substanceUse = true
            } == nil)
        #expect(try denial { $0.recipient = $0.discloser } == .field)
        let pseudonym = try world.terms().subject.pseudonym
        #expect(
            try denial { $0.subject = ConsentSubject(pseudonym: pseudonym, tier: .identified, key: $0.subject.key) }
                == .field)
        #expect(
            try denial { terms in
                terms.binding = ConsentBinding(
                    program: world.sample.program, session: world.session, introduction: .none)
            } == .field)
        let closing = try world.terms(.closingWord)
        var named = closing
        named.subject = try world.terms(tier: .identified).subject
        #expect(refusal(as: ConsentError.self) { try ConsentRecord(closing, in: world.words) } == nil)
        #expect(refusal(as: ConsentError.self) { try ConsentRecord(named, in: world.words) } == .field)
        #expect(try denial { $0.language = try LanguageTag("es") } == .textMismatch)
    }

    @Test("it lasts a year at most, and not into the past")
    func lifetime() throws {
        let today = ConsentWorld.today
        #expect(try denial { $0.end = ConsentEnd(day: Day(today.number - 1)) } == .lifetime)
        #expect(try denial { $0.end = ConsentEnd(day: today) } == nil)
        #expect(try denial { $0.end = ConsentEnd(day: today.later(by: 365)) } == nil)
        #expect(try denial { $0.end = ConsentEnd(day: today.later(by: 366)) } == .lifetime)
    }

    @Test("its payload comes back as it was, and not with another version")
    func payload() throws {
        let record = try ConsentRecord(world.terms(tier: .identified), in: world.words)
        #expect(try ConsentRecord(reading: record.payload) == record)
        let newer = String(decoding: record.payload, as: UTF8.self).replacing("\"v\":1}", with: "\"v\":2}")
        #expect(refusal(as: ConsentError.self) { try ConsentRecord(reading: [UInt8](newer.utf8)) } == .malformed)
    }

    @Test("its text names everything that it says, and what people wrote cannot pose as ours")
    func text() throws {
        var terms = try world.terms()
        terms.purpose = try Words("Care.\n\nWhat is told, word for word, and nothing else")
        let text = world.words.text(of: terms)
        for part in [
            "Heron", "Not sleeping since", "Not on Tuesdays.", "The names of colleagues.", "we have met twice",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        for part in [
            "2027-02-14", "Date: 2027-01-15", "may come back to you once", "Nothing about alcohol",
            "You do not have to sign",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { $0 == "What is told, word for word, and nothing else" }.count == 1)
        #expect(lines.contains("  | What is told, word for word, and nothing else"))
        #expect(text == world.words.text(of: terms))
    }

    @Test("whatever is changed in the terms changes the text, but for what only machines compare")
    func textCoversTerms() throws {
        let record = try ConsentRecord(world.terms(), in: world.words)
        let same = ["session", "introduction_key", "key", "/id/", "language", "v/", "text_hash"]
        var compared = 0
        for (path, tree) in try JSONTree.read(record.payload).changed where !same.contains(where: path.contains) {
            guard let changed = try? DocumentCoding.decode(ConsentTerms.self, from: tree.bytes(), limit: 50_000) else {
                continue
            }
            guard changed != record.terms, !path.hasPrefix("direction") else { continue }
            compared += 1
            #expect(world.words.text(of: changed) != world.words.text(of: record.terms), "\(path)")
        }
        #expect(compared > 25)
    }

    @Test("the English words are those that the protocol states")
    func statedWords() throws {
        let text = try String(contentsOf: Vectors.project.appending(path: "Protocol/handoff.md"), encoding: .utf8)
        var stated: [String: String] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") && line.hasSuffix(" |") {
            let cells = line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false)
            if cells.count == 2 { stated[cells[0].filter { $0 != "`" }] = String(cells[1]) }
        }
        for phrase in ConsentWords.Phrase.allCases { #expect(world.words[phrase] == stated[phrase.rawValue]) }
    }

    @Test("the text is laid out as the protocol states")
    func layout() throws {
        let text = try world.words.text(of: world.terms(.closingWord))
        let sections = text.split(separator: "\n\n").map(String.init)
        #expect(text.hasSuffix("Date: 2027-01-15\n"))
        #expect(sections[1] == "You are called\n  | Heron\n" + world.words[.tierA])
        #expect(sections[2] == "Who tells\n  | Sam Sample\nCredential\n  | Sample credential 12345")
        #expect(sections[4] == "What is told, word for word, and nothing else")
        #expect(sections[5] == "How it ended\n  | We go on together.")
        #expect(sections[9] == "It ends by itself after: 2027-02-14\nor earlier, when\n  | we have met twice")
        #expect(sections.count == 17)
        #expect(sections[15].contains("\nConsent: 07070707070707070707070707070707\nProgram: "))
        #expect(sections[15].contains(", version 1\nProgram document: "))
        #expect(sections[15].contains("\nIntroduction: "))
    }

    @Test("words of a language are whole, or there are none")
    func words() throws {
        let all = Dictionary(uniqueKeysWithValues: ConsentWords.Phrase.allCases.map { ($0, "x") })
        let language = try LanguageTag("es")
        _ = try ConsentWords(language: language, phrases: all)
        for phrase in ConsentWords.Phrase.allCases {
            for bad in [nil, "", "a\nb"] {
                var phrases = all
                phrases[phrase] = bad
                #expect(
                    refusal(as: ConsentError.self) { try ConsentWords(language: language, phrases: phrases) } == .field)
            }
        }
    }

    @Test(
        "dates are those of the calendar",
        arguments: [
            (0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_833, "2027-01-15"),
            (47_541, "2100-03-01"),
        ])
    func dates(day: UInt32, date: String) { #expect(Day(day).dashed == date) }

    @Test("a name is for one clinician and one introduction, and always of one length")
    func sealedName() throws {
        let key = world.clinician.agreementKey()
        for name in ["P", String(repeating: "x", count: 128)] {
            let sealed = try SealedName.seal(Words(name), to: key.publicKey, introductionKey: world.introduction)
            #expect(sealed.bytes.count == 256)
            #expect(try sealed.open(with: key, introductionKey: world.introduction).text == name)
            #expect(
                refusal(as: ConsentError.self) { try sealed.open(with: key, introductionKey: key.publicKey) } == .forged
            )
            let other = world.peer.agreementKey()
            #expect(
                refusal(as: ConsentError.self) { try sealed.open(with: other, introductionKey: world.introduction) }
                    == .forged)
            for place in sealed.bytes.indices {
                var bytes = sealed.bytes
                bytes[place] ^= 1
                let copy = SealedName(unchecked: bytes)
                #expect(
                    refusal(as: ConsentError.self) { try copy.open(with: key, introductionKey: world.introduction) }
                        == .forged)
            }
        }
    }
}
