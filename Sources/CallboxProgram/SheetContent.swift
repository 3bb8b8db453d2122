package import CallboxCrypto
package import CallboxWire

/// What a prekey sheet says, before its signature. 1,421 bytes.
package struct SheetContent: Hashable, Sendable {
    /// Whose program.
    package let programID: ProgramID
    /// Whose sheet.
    package let memberID: MemberID
    /// For which day.
    package let day: Day
    /// SPK, X25519.
    package let agreementKey: AgreementPublicKey
    /// PQSPK, X-Wing.
    package let kemKey: KEMPublicKey
    /// Where the first frame of a session goes.
    package let intakeAddress: MailboxAddress
    /// What the cell is sealed to, X25519.
    package let sealingKey: AgreementPublicKey
    /// The version of the program document that the member knew when signing.
    package let rosterVersion: UInt64
    /// Its hash.
    package let rosterHash: RosterHash

    private static let label: StaticString = "callbox/v1/sheet"
    private static let version: UInt8 = 1

    /// A sheet to sign: the member's public keys of that day, under the newest program document that they know.
    package init(
        memberID: MemberID, program: VerifiedProgram, day: Day, secrets: borrowing SheetSecrets,
        intakeAddress: MailboxAddress, sealingKey: AgreementPublicKey
    ) {
        programID = program.id
        self.memberID = memberID
        self.day = day
        agreementKey = secrets.agreementKey.publicKey
        kemKey = secrets.kemKey.publicKey
        self.intakeAddress = intakeAddress
        self.sealingKey = sealingKey
        rosterVersion = program.version
        rosterHash = program.hash
    }

    /// When the sheet counts.
    package var window: SheetWindow { SheetWindow(day) }

    /// Reads what stands before the signature.
    init(parsing bytes: [UInt8]) throws(ProgramError) {
        let (opens, closes): (UInt64, UInt64)
        do throws(WireError) {
            var reader = ByteReader(bytes)
            guard try reader.take(Self.label.utf8CodeUnitCount) == Self.label.bytes else { throw .field }
            guard try reader.integer(UInt8.self) == Self.version else { throw .version }
            programID = try reader.value()
            memberID = try reader.value()
            day = Day(try reader.integer())
            opens = try reader.integer()
            closes = try reader.integer()
            agreementKey = try reader.value()
            kemKey = try reader.value()
            intakeAddress = try reader.value()
            sealingKey = try reader.value()
            rosterVersion = try reader.integer()
            rosterHash = try reader.value()
            try reader.finish()
        } catch {
            throw ProgramError(error)
        }
        guard opens == window.opens.seconds, closes == window.closes.seconds else { throw .window }
    }

    /// What the signature is over.
    var encoded: [UInt8] {
        var writer = ByteWriter(capacity: PrekeySheet.byteCount)
        writer.put(Self.label)
        writer.put(Self.version)
        writer.put(programID)
        writer.put(memberID)
        writer.put(day.number)
        writer.put(window.opens.seconds)
        writer.put(window.closes.seconds)
        writer.put(agreementKey)
        writer.put(kemKey)
        writer.put(intakeAddress)
        writer.put(sealingKey)
        writer.put(rosterVersion)
        writer.put(rosterHash)
        return writer.bytes
    }
}
