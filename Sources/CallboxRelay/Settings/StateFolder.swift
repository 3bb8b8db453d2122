internal import CLinux
package import CallboxCrypto
internal import FoundationEssentials
internal import SystemPackage

/// The folder that holds everything a relay has: its seed, its TLS key, its database. Only its owner may look inside.
package struct StateFolder: Hashable, Sendable {
    /// Where a relay is when nobody says otherwise.
    package static let usual = "/var/lib/callboxd"

    /// Its path, absolute.
    package let path: String

    /// The folder at a path.
    package init(_ path: String) {
        var path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    /// The seed of all keys, 32 bytes.
    package var seed: String { path(FileName.seed) }
    /// The commented settings.
    package var environment: String { path(FileName.environment) }
    /// The database.
    package var database: String { path(FileName.database) }

    /// Names of the files inside.
    package enum FileName {
        /// The seed of all keys.
        package static let seed = "relay.key"
        /// The commented settings.
        package static let environment = "callboxd.env"
        /// The database.
        package static let database = "relay.sqlite"
        /// All three.
        package static let all = [seed, environment, database]
    }

    /// A path inside; an absolute one stays as it is.
    package func path(_ name: String) -> String { name.hasPrefix("/") ? name : "\(path)/\(name)" }

    /// Whether there is something at a path inside.
    package func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Makes the folder, if it is not there, for its owner alone.
    /// - Throws: `SettingsError.file` when it cannot be made, `permissions` when it is there and open to others.
    package func make() throws(SettingsError) {
        if !FileManager.default.fileExists(atPath: path) {
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw .file(path)
            }
        }
        guard Self.isPrivate(path) else { throw .permissions(path) }
    }

    /// Writes a new file for its owner alone, and syncs it.
    /// - Throws: `SettingsError.alreadyThere`, or `file`.
    package func write(_ name: String, _ content: [UInt8]) throws(SettingsError) {
        let path = path(name)
        guard !FileManager.default.fileExists(atPath: path) else { throw .alreadyThere(path) }
        do {
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
            try file.closeAfter {
                try file.writeAll(content)
                guard linux_sync(file.rawValue) == 0 else { throw Errno.ioError }
            }
            try syncFolder()
        } catch {
            throw .file(path)
        }
    }

    /// Reads the seed. It stands in the clear on the way into guarded memory, and is wiped there.
    /// - Throws: `SettingsError.noState`, `permissions`, or `file` when it is not 32 bytes.
    package func readSeed() throws(SettingsError) -> Secret {
        guard FileManager.default.fileExists(atPath: seed) else { throw .noState(path) }
        guard Self.isPrivate(seed) else { throw .permissions(seed) }
        guard let content = FileManager.default.contents(atPath: seed), content.count == RelayKeys.seedByteCount else {
            throw .file(seed)
        }
        var bytes = [UInt8](content)
        return Secret(absorbing: &bytes)
    }

    /// Whether a file or folder is closed to everyone but its owner.
    package static func isPrivate(_ path: String) -> Bool {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let mode = attributes[.posixPermissions] as? Int
        else { return false }
        return mode & 0o077 == 0
    }

    private func syncFolder() throws {
        let folder = try FileDescriptor.open(FilePath(path), .readOnly)
        try folder.closeAfter { _ = linux_sync(folder.rawValue) }
    }
}
