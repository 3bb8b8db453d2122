package import CallboxClient
internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// What concerns a program: documents, sheets, codes and tokens.
extension HTTPSRelay {
    package func statement() async throws(RelayFailure) -> RelayStatement {
        let call = Call(
            method: .get, path: "/v1/relay", answer: .content(.json, atMost: StatementDocument.byteLimit))
        return try await read(call, through: documents, as: StatementDocument.parse)
    }

    package func roots(of program: ProgramID) async throws(RelayFailure) -> RootChain {
        let call = Self.document("/roots", of: program, .json, atMost: RootChain.byteLimit)
        return try await read(call, through: documents) { try RootChain(parsing: $0) }
    }

    package func document(of program: ProgramID, version: UInt64?) async throws(RelayFailure) -> SignedEnvelope {
        try await envelope(version.map { "/versions/\($0)" } ?? "", of: program, as: .program)
    }

    package func freshness(of program: ProgramID) async throws(RelayFailure) -> SignedEnvelope {
        try await envelope("/freshness", of: program, as: .freshness)
    }

    package func bulletins(of program: ProgramID, after index: UInt64) async throws(RelayFailure) -> BulletinPage {
        var call = Self.document("/bulletins", of: program, .json, atMost: BulletinPage.byteLimit)
        call.query = "after=\(index)"
        return try await read(call, through: documents) { try BulletinPage(parsing: $0) }
    }

    package func book(of program: ProgramID, on day: Day) async throws(RelayFailure) -> SheetBook {
        let call = Self.document("/sheets/\(day.number)", of: program, .octets, atMost: SheetBook.byteLimit)
        return try await read(call, through: documents) { bytes in
            let book = try SheetBook(parsing: bytes)
            guard book.day == day else { throw ProgramError.window }
            return book
        }
    }

    package func publish(
        _ sheets: [PrekeySheet], of member: MemberID, in program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        let call = Call(
            method: .put, path: Self.path(of: program) + "/members/\(member.base64URL)/sheets",
            content: sheets.flatMap(\.encoded), signer: signer, answer: .done)
        try await done(call, through: publications)
    }

    package func tokens(
        _ order: TokenRequest, of program: ProgramID, by buyer: TokenBuyer
    ) async throws(RelayFailure) -> TokenResponse {
        var call = Call(
            method: .post, path: Self.path(of: program) + "/tokens", content: order.bytes, mediaType: .tokenRequest,
            // Its length, one element for each that was sent, and the proof.
            answer: .content(.tokenResponse, atMost: 2 + 32 * order.blinded.count + 64))
        switch buyer {
        case .code(let code): call.payment = .code(code)
        case .member(let signer): call.signer = signer
        }
        return try await read(call, through: purchases) { try TokenResponse($0, to: order) }
    }

    package func bring(
        _ document: SignedEnvelope, as kind: PublishedKind, to program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        let path = Self.path(of: program)
        let call =
            switch kind {
            case .root: Call(method: .put, path: path + "/root", answer: .done)
            case .document: Call(method: .put, path: path, answer: .done)
            case .bulletin: Call(method: .post, path: path + "/bulletins", answer: .done)
            case .freshness: Call(method: .put, path: path + "/freshness", answer: .done)
            }
        try await done(call.bearing(document.encoded, .json, by: signer), through: publications)
    }

    package func enrol(
        _ codes: [EnrolmentCodeHash], in program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        let call = Call(method: .post, path: Self.path(of: program) + "/codes", answer: .done)
        try await done(call.bearing(codes.flatMap(\.bytes), .octets, by: signer), through: publications)
    }

    private func envelope(
        _ rest: String, of program: ProgramID, as type: PayloadType
    ) async throws(RelayFailure) -> SignedEnvelope {
        let call = Self.document(rest, of: program, .json, atMost: SignedEnvelope.byteLimit(of: type))
        return try await read(call, through: documents) { try SignedEnvelope(parsing: $0, as: type) }
    }

    private static func document(_ rest: String, of program: ProgramID, _ type: MediaType, atMost limit: Int) -> Call {
        Call(method: .get, path: path(of: program) + rest, answer: .content(type, atMost: limit))
    }

    private static func path(of program: ProgramID) -> String { "/v1/programs/\(program.base64URL)" }
}

extension Call {
    /// The same with content, signed.
    fileprivate func bearing(_ content: [UInt8], _ mediaType: MediaType, by signer: RequestSigner) -> Call {
        var call = self
        call.content = content
        call.mediaType = mediaType
        call.signer = signer
        return call
    }
}
