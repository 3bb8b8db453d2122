import CallboxCrypto
import CallboxProgram
import CallboxTesting
import FoundationEssentials

@testable import CallboxSealing

/// An officer, a peer and a clinician of a sample program, and a consent between them.
struct ConsentWorld {
    let sample: SampleProgram
    let officer: SampleKey
    let introduction: AgreementPublicKey
    let session = SessionID(unchecked: [UInt8](repeating: 1, count: 32))
    let words: ConsentWords

    var peer: SampleMember { sample.peers[0] }
    var clinician: SampleMember { sample.clinician }
    static let today = SampleProgram.today

    init(seed: UInt64 = 1) throws {
        var random = SeededRandom(seed: seed)
        sample = try SampleProgram(seed: seed)
        officer = SampleKey(from: &random)
        introduction = AgreementKey.random(from: &random).publicKey
        words = try ConsentWords.english()
    }

    func terms(_ kind: ConsentKind = .introduction, tier: ConsentSubject.Tier = .pseudonymous) throws -> ConsentTerms {
        let isIntroduction = kind == .introduction
        let (teller, told) = isIntroduction ? (peer, clinician) : (clinician, peer)
        let items: [ConsentItem] =
            isIntroduction
            ? [
                ConsentItem(kind: .reason, text: try Words("Not sleeping since the call on Elm Street.")),
                ConsentItem(kind: .wishes, text: try Words("Somebody who knows shift work.\nNot on Tuesdays.")),
            ] : [ConsentItem(kind: .outcome, text: try Words("We go on together."))]
        let name = try SealedName.seal(
            Words("Pat Doe"), to: clinician.agreementKey().publicKey, introductionKey: introduction)
        return ConsentTerms(
            id: ConsentID(unchecked: [UInt8](repeating: 7, count: 16)), kind: kind,
            subject: ConsentSubject(
                pseudonym: try Words("Heron"), tier: tier, sealedName: tier == .identified ? name : nil,
                key: officer.publicKey),
            discloser: try ConsentParty(teller.entry()), recipient: try ConsentParty(told.entry()),
            items: try Few(items), excluded: try Few([Words("The names of colleagues.")]), substanceUse: false,
            purpose: try Words("Care."),
            end: ConsentEnd(day: Self.today.later(by: 30), event: try Words("we have met twice")),
            followUp: .once, statements: try .english(), notice: sample.program.document.content.notices[0].hash,
            language: try LanguageTag("en"), date: Self.today,
            binding: isIntroduction
                ? ConsentBinding(program: sample.program, session: session, introductionKey: introduction)
                : ConsentBinding(program: sample.program, session: session, introduction: try complete().hash))
    }

    func context(
        today: Day = today, current: VerifiedProgram? = nil, revoked: Set<ConsentHash> = []
    ) -> ConsentContext {
        ConsentContext(
            named: sample.program, current: current ?? sample.program, revoked: revoked, words: words, today: today)
    }

    /// The consent with the officer's signature.
    func signed(_ terms: ConsentTerms? = nil) throws -> SignedConsent {
        let terms = try terms ?? self.terms()
        return try SignedConsent.sign(
            ConsentRecord(terms, in: words), shown: words.text(of: terms), by: officer.key(), in: session,
            context: context())
    }

    /// The consent with both.
    func complete(_ terms: ConsentTerms? = nil) throws -> SignedConsent {
        let signed = try signed(terms)
        let presenter = signed.unverifiedRecord.terms.kind == .introduction ? peer : clinician
        return try signed.countersigned(
            by: presenter.signing.key(), session: session, officer: officer.publicKey, context: context())
    }

    /// The three who look at an introduction.
    var readers: [ConsentReader] {
        [
            .officer(session: session, key: officer.publicKey),
            .presenter(session: session, officer: officer.publicKey, key: peer.signing.publicKey),
            .recipient(key: clinician.signing.publicKey),
        ]
    }

    /// A payload as an envelope, with the signatures of these keys over it.
    func envelope(_ payload: [UInt8], by keys: [SampleKey], as type: PayloadType = .consent) throws -> ConsentEnvelope {
        try ConsentEnvelope(String(decoding: keys[...].sign(payload, as: type).encoded, as: UTF8.self))
    }
}

/// JSON as a tree, to change one leaf of it.
enum JSONTree: Codable {
    case object([String: JSONTree]), array([JSONTree]), text(String), number(Int), flag(Bool)

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Int.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let array = try? value.decode([JSONTree].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSONTree].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .object(let object): try value.encode(object)
        case .array(let array): try value.encode(array)
        case .text(let text): try value.encode(text)
        case .number(let number): try value.encode(number)
        case .flag(let flag): try value.encode(flag)
        }
    }

    /// Every copy with one leaf changed or one member left out, with the path to it.
    var changed: [(path: String, tree: JSONTree)] {
        switch self {
        case .object(let object):
            object.keys.sorted().flatMap { key -> [(String, JSONTree)] in
                var without = object
                let child = without.removeValue(forKey: key)
                let deeper = (child?.changed ?? []).map { path, tree in
                    ("\(key)/\(path)", JSONTree.object(object.merging([key: tree]) { $1 }))
                }
                return deeper + [("\(key) left out", .object(without))]
            }
        case .array(let array):
            array.indices.flatMap { index -> [(String, JSONTree)] in
                var without = array
                without.remove(at: index)
                let deeper = array[index].changed.map { path, tree in
                    var copy = array
                    copy[index] = tree
                    return ("\(index)/\(path)", JSONTree.array(copy))
                }
                return deeper + [("\(index) left out", .array(without))]
            }
        case .text(let text): Self.otherTexts(text).map { ($0, .text($0)) }
        case .number(let number):
            [("\(number + 1)", .number(number + 1)), ("\(number - 1)", .number(max(number - 1, 0)))]
        case .flag(let flag): [("\(!flag)", .flag(!flag))]
        }
    }

    /// A longer text; for base64, another value of the same length; for a word of a list, another of the list.
    private static func otherTexts(_ text: String) -> [String] {
        let pairs = [
            "introduction": "closing-word", "to-clinician": "back-to-peer", "A": "B", "once": "until-end",
            "reason": "incident", "wishes": "needs",
        ]
        var others = [text + " "]
        if let other = pairs[text] { others.append(other) }
        if let data = Data(base64Encoded: text), let last = data.last {
            others.append((data.dropLast() + [last ^ 1]).base64EncodedString())
        }
        return others
    }

    static func read(_ bytes: [UInt8]) throws -> JSONTree {
        try JSONDecoder().decode(JSONTree.self, from: Data(bytes))
    }

    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self))
    }
}
