package import CallboxProgram

/// A root or a program document on its way from coordinator to coordinator: the envelope of documents.md section 2, to which each adds a signature. Nothing
/// about it is believed.
public struct Paper: Equatable, Sendable {
    /// What it is.
    public enum Kind: String, Sendable, CaseIterable {
        /// Who signs for the program.
        case root
        /// What the program says.
        case program
    }

    /// Root or program document.
    public let kind: Kind
    /// The envelope.
    package private(set) var envelope: SignedEnvelope

    package init(_ envelope: SignedEnvelope, _ kind: Kind) {
        self.envelope = envelope
        self.kind = kind
    }

    /// Reads a file. Throws `Trouble`.
    public init(parsing bytes: [UInt8]) throws {
        do {
            self.init(try SignedEnvelope(parsing: bytes, as: .root), .root)
        } catch ProgramError.payloadType {
            self.init(try Trouble.spoken { try SignedEnvelope(parsing: bytes, as: .program) }, .program)
        } catch {
            throw Trouble(coordinator: error)
        }
    }

    /// The file: the envelope and a line feed.
    public var bytes: [UInt8] { envelope.encoded + [UInt8(ascii: "\n")] }

    /// What the file is called: `root.json` or `program.json`.
    public var fileName: String { "\(kind.rawValue).json" }

    /// Its number.
    public var version: Int { Int(clamping: number ?? 0) }

    /// Adds the signatures of another copy. Throws `Trouble` when that is another document.
    public mutating func merge(_ other: Paper) throws {
        var merged = envelope
        do { try merged.merge(other.envelope) } catch {
            throw Trouble(
                .usage, "These are two different documents, so their signatures cannot be put together.",
                meaning: "Nothing was changed.",
                remedy: "Ask the others which one is to be signed, and put the other file away.")
        }
        envelope = merged
    }

    var payload: [UInt8] { envelope.unverifiedPayload }

    var type: PayloadType { kind == .root ? .root : .program }

    private var number: UInt64? {
        switch kind {
        case .root: (try? RootDocument(parsing: payload))?.version
        case .program: (try? ProgramDocument(parsing: payload))?.content.version
        }
    }
}
