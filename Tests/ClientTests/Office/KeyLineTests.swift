import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxWire
import Testing

@Suite struct KeyLineTests {
    private let key = VerificationKey(unchecked: [UInt8](repeating: 1, count: 32))
    /// The examples of documents.md section 10.
    private let line = "040G-2081-040G-2081-040G-2081-040G-2081-040G-2081-040G-2081-040G-GY4G"

    @Test func `a key line is the one of the protocol's example, and is read back however it is typed`() throws {
        #expect(KeyLine(key, for: .coordinator).text == line)
        #expect(
            KeyLine(key, for: .online).text == "040G-2081-040G-2081-040G-2081-040G-2081-040G-2081-040G-2081-040G-PXY5")
        for text in [line, line.lowercased(), line.replacing("-", with: " "), line.replacing("-", with: "")] {
            #expect(try KeyLine(text, for: .coordinator) == KeyLine(key, for: .coordinator))
        }
    }

    @Test func `one wrong symbol, a missing one, or another purpose is refused`() {
        let symbols = Array(line)
        for (index, symbol) in symbols.enumerated() where symbol != "-" {
            var wrong = symbols
            wrong[index] = symbol == "7" ? "8" : "7"
            #expect(throws: WireError.self, "\(index)") { try KeyLine(String(wrong), for: .coordinator) }
            wrong.remove(at: index)
            #expect(throws: WireError.self, "\(index)") { try KeyLine(String(wrong), for: .coordinator) }
        }
        #expect(throws: WireError.check) { try KeyLine(line, for: .online) }
    }

    @Test func `the code of a request is the one of the protocol's example`() throws {
        let request = MembershipRequest(
            program: ProgramID(unchecked: [UInt8](repeating: 1, count: 16)),
            member: MemberID(unchecked: [UInt8](repeating: 2, count: 16)), role: .clinician, name: try Line("Dr. Kim"),
            verificationKey: VerificationKey(unchecked: [UInt8](repeating: 3, count: 32)),
            agreementKey: AgreementPublicKey(unchecked: [UInt8](repeating: 4, count: 32)))
        #expect(request.code == "BJVJ-7XE9-NJV9-S03Y-4FNY-88QA-KQ")
    }
}
