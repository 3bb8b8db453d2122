internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Office {
    /// How often codes whose answer was lost are sent again.
    private static let attempts = 3

    /// Draws enrolment codes, 1 to 1,000, and tells the relay their hashes in one request. Gives the slips only when the relay has them; nobody keeps a
    /// code, so slips that are lost are lost. Goes to the relay.
    public func drawCodes(_ count: Int) async throws -> [String] {
        try await Trouble.spoken {
            let count = try Field.number(count, 1...1_000, "the number of codes")
            let state = try state()
            guard let program = state.program?.root.document.programID else { throw ProgramError.unknownRoot }
            let relay = try relay(in: state)
            let signer = try signer(.coordinator)
            var random = SystemRandom()
            let codes = (0..<count).map { _ in EnrolmentCode.random(from: &random) }
            let hashes = codes.map { $0.hash(in: program) }
            var attempt = 1
            while true {
                do throws(RelayFailure) {
                    try await relay.enrol(hashes, in: program, by: signer)
                    return codes.map(\.slip)
                } catch {
                    guard error.effect == .unknown, attempt < Self.attempts else { throw Self.trouble(error) }
                }
                // The same hashes again are stored once.
                try await clock.sleep(seconds: Double(attempt))
                attempt += 1
            }
        }
    }

    private static func trouble(_ failure: RelayFailure) -> Trouble {
        let trouble = Trouble(office: failure)
        return Trouble(
            trouble.kind, trouble.happened,
            meaning: failure.effect == .nothingStored
                ? "No codes were made."
                : "No slips were printed. Codes that the relay may have now are worth nothing: nobody knows them.",
            remedy: trouble.remedy)
    }
}
