package import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// A mailbox of ours: both its keys, and the way that only it takes to the relay.
package struct MailboxRecord: Equatable, Sendable, Codable {
    /// What it is for.
    package enum Kind: String, Sendable, Codable {
        /// One session.
        case session
        /// First contacts to a member.
        case intake
    }

    /// What it is for.
    package let kind: Kind
    /// The public half of the collect key; the address follows from it.
    package let collectKey: VerificationKey
    /// What cells to it are sealed to.
    package let sealingKey: AgreementPublicKey
    /// Its own way to the relay.
    package let channel: Channel
    /// The session that collects from it; nil for an intake.
    package let session: Int?
    /// The private halves.
    package let secrets: Sealed
    /// Whether the relay has it: nothing is collected before.
    package var isMade = false
    /// The day on which it was last ordered again, because the relay had lost it.
    package var madeAgain: Day?
    /// Whether it is to be deleted: nothing is collected any more.
    package var isLeaving = false

    /// Where others drop.
    package var address: MailboxAddress { MailboxAddress(collectedBy: collectKey) }

    /// A mailbox with fresh keys. Nobody has heard of it yet.
    package static func fresh(
        _ kind: Kind, session: Int?, under key: StateKey, random: inout some RandomSource
    ) -> MailboxRecord {
        let collecting = SigningKey.random(from: &random)
        let sealing = AgreementKey.random(from: &random)
        let address = MailboxAddress(collectedBy: collecting.verificationKey)
        var writer = SecretWriter(capacity: 64)
        writer.put(collecting.seed)
        writer.put(sealing.privateKey)
        return MailboxRecord(
            kind: kind, collectKey: collecting.verificationKey, sealingKey: sealing.publicKey,
            channel: .random(from: &random), session: session,
            secrets: key.seal(writer, for: Record.mailbox(address).name, random: &random))
    }

    /// Signs what is asked of the relay about it.
    /// - Throws: `damaged`.
    package func signer(under key: StateKey) throws(StateError) -> RequestSigner {
        let seed = try secret(0, under: key)
        do { return RequestSigner(try SigningKey(seed: seed)) } catch { throw .damaged(Record.mailbox(address).name) }
    }

    /// Opens the cells in it.
    /// - Throws: `damaged`.
    package func openingKey(under key: StateKey) throws(StateError) -> AgreementKey {
        let scalar = try secret(1, under: key)
        do { return try AgreementKey(scalar, storedPublicKey: sealingKey) } catch {
            throw .damaged(Record.mailbox(address).name)
        }
    }

    /// The collect key's seed (0) or the sealing key's private half (1).
    private func secret(_ place: Int, under key: StateKey) throws(StateError) -> Secret {
        let name = Record.mailbox(address).name
        do {
            var reader = try key.open(secrets, for: name)
            if place == 1 { _ = try reader.secret(32) }
            return try reader.secret(32)
        } catch {
            throw .damaged(name)
        }
    }
}

/// Which cells of a mailbox were taken in: what comes again is let go without a word. The last thousand, as the first 16 bytes of their ids.
package struct TakenCells: Equatable, Sendable {
    private static let nameLength = 16
    private static let limit = 1_024
    /// What to store.
    package private(set) var stored: [UInt8]

    /// Reads what was stored, or begins.
    package init(stored: [UInt8]?) { self.stored = stored ?? [] }

    /// Whether this cell was taken in before.
    package func contains(_ cell: CellID) -> Bool {
        let name = cell.bytes.prefix(Self.nameLength)
        return stride(from: 0, to: stored.count, by: Self.nameLength).contains {
            stored[$0..<min($0 + Self.nameLength, stored.count)].elementsEqual(name)
        }
    }

    /// Remembers a cell.
    package mutating func insert(_ cell: CellID) {
        stored += cell.bytes.prefix(Self.nameLength)
        stored.removeFirst(max(0, stored.count - Self.limit * Self.nameLength))
    }
}

/// A cell that cannot be opened yet: it is of a day, a program document or a version that is not here. Acknowledged, and tried again.
package struct KeptCell: Equatable, Sendable, Codable {
    /// What it waits for.
    package enum Reason: String, Sendable, Codable {
        /// A newer Callbox.
        case frame
        /// The private halves of its day.
        case day
        /// The program document it was made under.
        case document
        /// The first frame of its session.
        case session
    }

    /// The mailbox it was in.
    package let mailbox: MailboxAddress
    /// The cell.
    package let cell: Blob
    /// What it waits for.
    package let reason: Reason
    /// The version of the program document that it needs.
    package let version: UInt64?
    /// When it came.
    package let day: Day
}
