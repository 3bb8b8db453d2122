package import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// What somebody who is to be a member gives to a coordinator: their public keys. It is not signed, so both read its code to each other, by telephone or
/// in one room, before the member is added: whoever carried the file could have put other keys in it.
public struct MembershipRequest: Equatable, Sendable {
    /// Which program.
    package let program: ProgramID
    /// The member's name for good.
    package let member: MemberID
    /// Peer, clinician or coordinator.
    package let memberRole: MemberRole
    /// The name that the member goes by.
    package let memberName: Line<80>
    /// SIGK.
    package let verificationKey: VerificationKey
    /// IKX.
    package let agreementKey: AgreementPublicKey

    /// How long a request may be, in bytes.
    package static let byteLimit = 4_096

    package init(
        program: ProgramID, member: MemberID, role: MemberRole, name: Line<80>, verificationKey: VerificationKey,
        agreementKey: AgreementPublicKey
    ) {
        self.program = program
        self.member = member
        memberRole = role
        memberName = name
        self.verificationKey = verificationKey
        self.agreementKey = agreementKey
    }

    /// Reads a request. Throws `Trouble`.
    public init(parsing text: [UInt8]) throws {
        do { self = try DocumentCoding.decode(from: text, limit: Self.byteLimit) } catch {
            throw Trouble(
                .usage, "This is not a member's request, or it was damaged on the way.", meaning: "Nobody was added.",
                remedy: "Ask for the file that `callbox member init` made.")
        }
    }

    /// The request as it is given away: JSON and a line feed.
    public var text: [UInt8] { DocumentCoding.encode(self) + [UInt8(ascii: "\n")] }

    /// `peer`, `clinician` or `coordinator`.
    public var role: String { memberRole.rawValue }
    /// The name that the member goes by. Somebody else wrote it: whoever shows it makes it inert.
    public var name: String { memberName.text }

    /// What the member and the coordinator compare: 26 symbols in fours, over everything in the request.
    public var code: String { digest.description }

    /// Whether that is what the member read out; case, spaces and dashes do not matter.
    public func isConfirmed(by code: String) -> Bool { (try? HumanDigest(code)) == digest }

    private var digest: HumanDigest {
        let role = [UInt8(MemberRole.allCases.firstIndex(of: memberRole) ?? 0) + 1]
        return HumanDigest(
            of: RequestHash(
                unchecked: BLAKE2b256.hash(
                    "callbox/v1/membership",
                    program.bytes + member.bytes + role + verificationKey.bytes + agreementKey.bytes
                        + [UInt8](memberName.text.utf8))))
    }
}

/// BLAKE2b-256 over the label and all values of a request, 32 bytes.
private struct RequestHash: FixedBytes {
    static let byteCount = 32
    let bytes: [UInt8]
    init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

extension MembershipRequest: Codable {
    private enum CodingKeys: String, CodingKey {
        case version = "v"
        case program, member, role, name
        case verificationKey = "verification_key"
        case agreementKey = "agreement_key"
    }

    /// Reads the members.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard try values.decode(Int.self, forKey: .version) == 1 else { throw ProgramError.version }
        try self.init(
            program: values.decode(ProgramID.self, forKey: .program),
            member: values.decode(MemberID.self, forKey: .member),
            role: values.decode(MemberRole.self, forKey: .role), name: values.decode(Line<80>.self, forKey: .name),
            verificationKey: values.decode(VerificationKey.self, forKey: .verificationKey),
            agreementKey: values.decode(AgreementPublicKey.self, forKey: .agreementKey))
    }

    /// Writes the members.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(1, forKey: .version)
        try values.encode(program, forKey: .program)
        try values.encode(member, forKey: .member)
        try values.encode(memberRole, forKey: .role)
        try values.encode(memberName, forKey: .name)
        try values.encode(verificationKey, forKey: .verificationKey)
        try values.encode(agreementKey, forKey: .agreementKey)
    }
}
