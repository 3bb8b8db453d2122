import CallboxCrypto
import CallboxTesting
import CallboxWire
import Testing

@Suite("What people read and type")
struct CodesTests {
    /// Made apart from this code, in Python, from the text of `Protocol/tokens.md`.
    @Test("Digest, code, check symbol and hash are those of an independent reader of the protocol")
    func vectors() throws {
        let digest = CellID(unchecked: BLAKE2b256.hash([UInt8]("callbox".utf8).span))
        #expect(HumanDigest(of: digest).text == "Y5CEJ0WJSCFWCE4WY65DSPWDCQ")
        let program = ProgramID(unchecked: (0..<16).map { UInt8($0) })
        #expect(CrockfordBase32.encode(program.bytes) == "000G40R40M30E209185GR38E1W")
        let code = try EnrolmentCode("ABCD-EFGH-JKMN-PQRS-TVWB")
        #expect(code.symbols == "ABCDEFGHJKMNPQRSTVWB")
        #expect(
            code.hash(in: program).bytes
                == [UInt8](hex: "187eaaf0a81329aa514b9b483216f38cf6521c3fdfe488328b1b6d565ae22817"))
        #expect(code.hash(in: ProgramID(unchecked: [UInt8](repeating: 0, count: 16))) != code.hash(in: program))
    }

    @Test("Bytes of every length come back, and a text of another length or with stray bits does not")
    func base32() throws {
        var random = Seeded(60)
        for count in 0...40 {
            let bytes = random.bytes(count)
            let text = CrockfordBase32.encode(bytes)
            #expect(text.utf8.count == (count * 8 + 4) / 5)
            #expect(try CrockfordBase32.decode(text, byteCount: count) == bytes)
            #expect(throws: WireError.length) { try CrockfordBase32.decode(text + "0", byteCount: count) }
        }
        #expect(throws: WireError.encoding) { try CrockfordBase32.decode("ZZ", byteCount: 1) }
        #expect(throws: WireError.encoding) { try CrockfordBase32.decode("U0", byteCount: 1) }
        #expect(throws: WireError.length) {
            try CrockfordBase32.decode(String(repeating: "0", count: 257), byteCount: 1)
        }
    }

    @Test("A digest is read in any case, spacing and grouping, and I, L and O are taken for 1 and 0")
    func forgivingDigest() throws {
        var random = Seeded(61)
        let bytes: CellID = random.value()
        let digest = HumanDigest(of: bytes)
        #expect(digest.matches(bytes))
        #expect(digest.description.split(separator: "-").map(\.count) == [4, 4, 4, 4, 4, 4, 2])
        for text in [
            digest.text, digest.description, digest.text.lowercased(), digest.description.replacing("-", with: " - "),
            digest.text.replacing("1", with: "l").replacing("0", with: "o"), digest.text.replacing("1", with: "I"),
        ] {
            #expect(try HumanDigest(text) == digest)
        }
        for wrong in [String(digest.text.dropLast()), digest.text + "0", ""] {
            #expect(throws: WireError.length) { try HumanDigest(wrong) }
        }
        #expect(throws: WireError.encoding) { try HumanDigest("U" + digest.text.dropFirst()) }
        try Hostile.text(digest.text, forgiving: true) { try HumanDigest($0).text }
    }

    @Test("A digest shows 130 bits: the next bit no longer counts")
    func digestBits() {
        let zero = [UInt8](repeating: 0, count: 32)
        func digest(_ bit: Int) -> HumanDigest {
            var bytes = zero
            bytes[bit / 8] = 0x80 >> UInt8(bit % 8)
            return HumanDigest(of: CellID(unchecked: bytes))
        }
        #expect(digest(129) != HumanDigest(of: CellID(unchecked: zero)))
        #expect(digest(130) == HumanDigest(of: CellID(unchecked: zero)))
    }

    @Test("A fresh code is letters and digits in five groups of four, and is read in any case and spacing")
    func freshCodes() throws {
        var random = Seeded(62)
        var seen: Set<String> = []
        for _ in 0..<500 {
            let code = EnrolmentCode.random(from: &random)
            #expect(code.slip.split(separator: "-").map(\.count) == [4, 4, 4, 4, 4])
            #expect(
                code.slip.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D })
            #expect(try EnrolmentCode(code.slip) == code)
            #expect(try EnrolmentCode(code.symbols) == code)
            #expect(try EnrolmentCode(" " + code.slip.lowercased().replacing("-", with: "  ") + " ") == code)
            seen.insert(code.symbols)
        }
        #expect(seen.count == 500)
    }

    @Test("Every single mistyped symbol, and every two neighbours that changed places, are told as a typo")
    func typos() throws {
        var random = Seeded(63)
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        for _ in 0..<10 {
            let symbols = Array(EnrolmentCode.random(from: &random).symbols)
            for place in symbols.indices {
                for symbol in alphabet where symbol != symbols[place] {
                    var typed = symbols
                    typed[place] = symbol
                    #expect(throws: WireError.check) { try EnrolmentCode(String(typed)) }
                }
                guard place > 0, symbols[place] != symbols[place - 1] else { continue }
                var swapped = symbols
                swapped.swapAt(place, place - 1)
                #expect(throws: WireError.check) { try EnrolmentCode(String(swapped)) }
            }
        }
        #expect(WireError.check.explanation?.contains("mistyped") == true)
    }

    @Test(
        "A code that is too short, too long or has a foreign symbol is refused, and printing a code shows nothing of it"
    )
    func refusedCodes() throws {
        let code = try EnrolmentCode("ABCD-EFGH-JKMN-PQRS-TVWB")
        #expect("\(code)" == "an enrolment code")
        for (text, error) in [
            ("ABCD-EFGH-JKMN-PQRS-TVW", WireError.length), ("ABCD-EFGH-JKMN-PQRS-TVWBB", .length), ("", .length),
            ("ABCD-EFGH-JKMN-PQRS-TVW!", .encoding), ("UBCD-EFGH-JKMN-PQRS-TVWB", .encoding),
            ("ABCD_EFGH_JKMN_PQRS", .length), (String(repeating: " ", count: 300), .length),
        ] {
            #expect(throws: error, "\(text)") { try EnrolmentCode(text) }
        }
        try Hostile.text(code.symbols, forgiving: true) { try EnrolmentCode($0).symbols }
    }
}
