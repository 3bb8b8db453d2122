package import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// A small program with every private key at hand: three coordinators of whom two must sign, an online key, a relay, two
/// peers and a clinician. The same seed makes the same program.
package struct SampleProgram: Sendable {
    /// The coordinators' keys.
    package let coordinators: [SampleKey]
    /// The online key.
    package let online: SampleKey
    /// Two peers.
    package let peers: [SampleMember]
    /// A clinician.
    package let clinician: SampleMember
    /// The first root.
    package let root: VerifiedRoot
    /// The first program document, issued a day before `now`.
    package let program: VerifiedProgram

    /// The time at which everything in it is valid: 2027-01-15T08:00:00Z.
    package static let now = Instant(seconds: 1_800_000_000)
    /// The day of that time.
    package static let today = Day(of: now)

    /// A program. `random` names everything in it.
    package init(from random: inout some RandomSource, hasOnlineKey: Bool = true) throws {
        coordinators = (0..<3).map { _ in SampleKey(from: &random) }
        online = SampleKey(from: &random)
        peers = (0..<2).map { _ in SampleMember(.peer, from: &random) }
        clinician = SampleMember(.clinician, from: &random)
        let relay = SampleKey(from: &random)
        let issued = Self.now.earlier(by: 86_400)
        let rootDocument = try RootDocument(
            programID: .random(from: &random), version: 1, previous: nil, issued: issued,
            coordinatorKeys: coordinators.map(\.publicKey), quorum: 2,
            onlineKey: hasOnlineKey ? online.publicKey : nil)
        root = try VerifiedRoot(coordinators.prefix(2).sign(rootDocument.payload, as: .root)) { _ in true }
        let language = try LanguageTag("en-US")
        let notice = LimitsNotice(language: language, text: try Passage("What you say here stays here, except …"))
        var content = ProgramContent(
            programID: rootDocument.programID, issued: issued, expires: issued.later(by: 14 * 86_400),
            name: try Line("Sample County Peer Support"), timeZone: try Line("America/Chicago"),
            relays: [RelayEntry(url: try RelayURL("https://relay.example"), identityKey: relay.publicKey)],
            notices: [notice])
        content.members = try peers.map { try $0.entry() } + [clinician.entry()]
        content.resources = [
            Resource(name: try Line("988"), contact: try Line("Call or text 988"), verifiedOn: Self.today)
        ]
        content.tokenEpochs = [
            try TokenEpoch(number: 1, first: Self.today, last: Self.today.later(by: 6), key: .random(from: &random))
        ]
        let document = try ProgramDocument(content)
        program = try VerifiedProgram(coordinators.prefix(2).sign(document.payload, as: .program), under: root)
    }

    /// A program named by a number.
    package init(seed: UInt64, hasOnlineKey: Bool = true) throws {
        var random = SeededRandom(seed: seed)
        try self.init(from: &random, hasOnlineKey: hasOnlineKey)
    }

    /// The state of a client that has just joined and fetched the program document.
    package func state() throws -> ProgramState {
        let digest = root.digest
        var state = try ProgramState(joining: RootChain([root.envelope])) { $0 == digest }
        _ = try state.accept(program: program.envelope)
        return state
    }

    /// The content of the document that follows on the first, with changes.
    package func next(_ change: (inout ProgramContent) throws -> Void = { _ in }) throws -> ProgramContent {
        var content = program.document.content
        content.version += 1
        content.previous = program.hash
        try change(&content)
        return content
    }

    /// A document signed by the first two coordinators, or by those given.
    package func sign(_ content: ProgramContent, by signers: [Int] = [0, 1]) throws -> SignedEnvelope {
        try signers.map { coordinators[$0] }[...].sign(ProgramDocument(content).payload, as: .program)
    }

    /// A member's sheet and its private halves.
    package func sheet(
        of member: SampleMember, on day: Day = today, mailbox: SampleMailbox, from random: inout some RandomSource
    ) -> SampleSheet {
        let secrets = SheetSecrets.random(from: &random)
        let content = SheetContent(
            memberID: member.id, program: program, day: day, secrets: secrets, intakeAddress: mailbox.address,
            sealingKey: mailbox.sealingKey)
        return SampleSheet(sheet: PrekeySheet(signing: content, by: member.signing.key()), secrets: secrets)
    }
}

/// A sheet with its private halves.
package struct SampleSheet: ~Copyable {
    /// The sheet, signed.
    package let sheet: PrekeySheet
    /// SPK and PQSPK.
    package let secrets: SheetSecrets
}

/// The public half of an intake mailbox.
package struct SampleMailbox: Sendable {
    /// Its address.
    package let address: MailboxAddress
    /// What cells are sealed to.
    package let sealingKey: AgreementPublicKey

    /// The mailbox of a collect key and a sealing key.
    package init(address: MailboxAddress, sealingKey: AgreementPublicKey) {
        self.address = address
        self.sealingKey = sealingKey
    }

    /// A mailbox that nobody will open.
    package init(from random: inout some RandomSource) {
        address = .random(from: &random)
        sealingKey = AgreementKey.random(from: &random).publicKey
    }
}
