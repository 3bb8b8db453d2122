internal import CLinux
internal import CallboxProgram
internal import FoundationEssentials
internal import SystemPackage

/// The folder in which a coordinator keeps the papers of the program: `draft.json`, `root.json`, `program.json`. Nothing in it is secret, and nothing in it is
/// believed. A file is new as a whole or not at all, and signatures of others are never written over.
public struct PaperFolder: Equatable, Sendable {
    /// Where it is.
    public let path: String

    /// A folder that is there.
    public init(_ path: String) { self.path = path.isEmpty ? "." : path }

    /// The draft, if there is one. Throws `Trouble`.
    public func draft() throws -> Draft? {
        try contents(of: file("draft.json")).map { try Draft(parsing: $0) }
    }

    /// Writes the draft.
    public func write(_ draft: Draft) throws { try Self.write(draft.text, to: file("draft.json")) }

    /// Takes the draft away.
    public func removeDraft() { Self.remove(file("draft.json")) }

    /// Takes a file away, if it is there.
    public static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    /// The root or the program document, if it is there.
    public func paper(_ kind: Paper.Kind) throws -> Paper? {
        try contents(of: file("\(kind.rawValue).json")).map { bytes in
            let paper = try Paper(parsing: bytes)
            guard paper.kind == kind else {
                throw Trouble.unusable(
                    "\(kind.rawValue).json holds another kind of document.", "Put the files back under their own names."
                )
            }
            return paper
        }
    }

    /// Writes a paper under its own name, with the signatures of the file that is there, if that is the same document. Papers of this kind up to the number
    /// `newest` are published, and their files may go. Gives the paper with all signatures, and the file's path.
    @discardableResult
    public func write(_ paper: Paper, published newest: Int) throws -> (paper: Paper, path: String) {
        let path = file(paper.fileName)
        return (try Self.write(paper, to: path, published: newest), path)
    }

    /// The same for a file of any name, as it came from somebody else.
    public static func write(_ paper: Paper, to path: String, published newest: Int) throws -> Paper {
        var merged = paper
        if let bytes = try read(path) {
            let there = try Paper(parsing: bytes)
            if there.kind == paper.kind, there.payload == paper.payload {
                try merged.merge(there)
            } else if there.kind != paper.kind || there.version > newest {
                throw Trouble(
                    .notNow, "There is another document in \(path), with signatures that may still be wanted.",
                    meaning: "The file is as it was. What was signed is kept in this office.",
                    remedy: "Move that file away, then: callbox program sign")
            }
        }
        try write(merged.bytes, to: path)
        return merged
    }

    /// The paper in a file of any name.
    public static func paper(at path: String) throws -> Paper {
        guard let bytes = try read(path) else {
            throw Trouble.unusable("There is no file \(path).", "Look where the file is, or what it is called.")
        }
        return try Paper(parsing: bytes)
    }

    /// The root that lies in the folder of a file, if there is one that can be read.
    public static func root(beside path: String) -> Paper? {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return try? PaperFolder(path.hasPrefix("/") && folder.isEmpty ? "/" : folder).paper(.root)
    }

    /// Writes a file so that it is there as a whole, or is as it was.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            // A file of another name, synced, which then takes this one's place.
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
            let folder = try FileDescriptor.open(
                FilePath(path).lexicallyNormalized().removingLastComponent().orHere, .readOnly, options: .directory)
            try folder.closeAfter {
                guard linux_sync(folder.rawValue) == 0 else { throw Errno.ioError }
            }
        } catch {
            throw Trouble(
                .disk, "The file \(path) could not be written.",
                meaning: "It is as it was. What was signed is kept in this office.",
                remedy: "Look whether the disk is full and whether you may write there, and run the command again.")
        }
    }

    /// The bytes of a file, at most as long as a document may be; nil when it is not there.
    static func read(_ path: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path), data.count <= 2 * PayloadType.program.limit else {
            throw Trouble.unusable("The file \(path) cannot be read, or is too long.", "Look whether you may read it.")
        }
        return [UInt8](data)
    }

    private func contents(of path: String) throws -> [UInt8]? { try Self.read(path) }

    private func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }
}

extension FilePath {
    /// The folder where this process is, for a name without a folder.
    fileprivate var orHere: FilePath { isEmpty ? "." : self }
}
