extension ProgramState: Codable {
    private enum CodingKeys: String, CodingKey {
        case root, program, statement, bulletins
        case rootDigest = "root_digest"
        case programHash = "program_hash"
    }

    /// Reads a stored state, of the sealed vault: the documents must be those whose hashes stand beside them.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let digest = try values.decode(RootDigest.self, forKey: .rootDigest)
        let root = try VerifiedRoot(values.decode(SignedEnvelope.self, forKey: .root)) { $0 == digest }
        var program: VerifiedProgram?
        if let hash = try values.decodeIfPresent(RosterHash.self, forKey: .programHash) {
            let envelope = try values.decode(SignedEnvelope.self, forKey: .program)
            program = try VerifiedProgram(stored: envelope, hash: hash, root: root)
        }
        try self.init(
            root: root, program: program,
            statement: values.decodeIfPresent(FreshnessStatement.self, forKey: .statement),
            bulletins: values.decode(BulletinFeed.self, forKey: .bulletins))
    }

    /// Writes the documents as they came, and the hashes they are believed by.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(root.digest, forKey: .rootDigest)
        try values.encode(root.envelope, forKey: .root)
        try values.encodeIfPresent(program?.hash, forKey: .programHash)
        try values.encodeIfPresent(program?.envelope, forKey: .program)
        try values.encodeIfPresent(statement, forKey: .statement)
        try values.encode(bulletins, forKey: .bulletins)
    }
}
