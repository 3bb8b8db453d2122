internal import CLinux
internal import FoundationEssentials
internal import SystemPackage

/// The folder of a home and the vault's file in it: which version is there, its bytes, and how the next one takes its place. What it
/// throws is `Trouble`.
final class VaultFolder: Sendable {
    /// The files that have one name, as CLinux numbers them.
    enum File: Int32 {
        /// The vault.
        case vault = 0
        /// The next vault while it is written; the last one until it is wiped.
        case next = 1
        /// Locked by whoever changes something.
        case lock = 2

        var name: String {
            switch self {
            case .vault: "vault"
            case .next: "vault.new"
            case .lock: "lock"
            }
        }
    }

    /// Where it is, absolute.
    let path: FilePath
    /// For what is done by name in it.
    let descriptor: FileDescriptor

    /// Opens a folder, whoever may look into it.
    init(_ home: Home) throws {
        path = Self.absolute(home)
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            throw Trouble.noVault(path.string)
        } catch {
            throw Trouble.disk(error)
        }
    }

    deinit { try? descriptor.close() }

    /// Makes the folder, and those above it, for their owner alone, if it is not there.
    static func make(_ home: Home) throws {
        let path = absolute(home)
        guard (try? path.stat()) == nil else { return }
        let above = path.removingLastComponent()
        if above != path { try make(Home(above.string)) }
        do {
            try FileManager.default.createDirectory(
                atPath: path.string, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            // Two that join at once both make it.
            if (try? path.stat()) == nil { throw Trouble.disk(error) }
        }
        // A folder that the disk forgets would take the vault with it.
        do { try sync(above) } catch { throw Trouble.disk(error) }
    }

    /// - Throws: `Trouble.home` unless the folder is its owner's alone.
    func checkPrivacy() throws {
        guard let stat = try? descriptor.stat(), stat.userID.rawValue == linux_user(),
            stat.permissions.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute])
        else { throw Trouble.openToOthers(path.string) }
    }

    /// What the kernel's keyring knows this folder by: device and inode.
    var identity: [UInt64] {
        get throws {
            do {
                let stat = try descriptor.stat()
                return [UInt64(stat.deviceID.rawValue), UInt64(stat.inode.rawValue)]
            } catch {
                throw Trouble.disk(error)
            }
        }
    }

    /// That there is no vault in it.
    var noVault: Trouble { .noVault(path.string) }

    /// The path of a file.
    func path(_ file: File) -> FilePath { path.appending(file.name) }

    /// The names of all files in it.
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path.string)) ?? [] }

    /// Which version of the vault is there; nil when none is.
    func current() throws -> VaultFile.Identity? {
        do {
            return VaultFile.Identity(try path(.vault).stat(flags: .symlinkNoFollow))
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            return nil
        } catch {
            throw Trouble.disk(error)
        }
    }

    /// Lends the newest version's bytes.
    func withNewest<Result>(_ body: (VaultFile, Span<UInt8>) throws -> Result) throws -> Result {
        // Each further round means that somebody has stored something in between.
        for _ in 0..<100 {
            guard let file = try open(.vault) else { throw noVault }
            guard file.identity.byteCount <= VaultFormat.maximumByteCount else { throw Trouble.vaultLocked }
            let content = FileManager.default.contents(atPath: path(.vault).string)
            // What was read by name is this file's if the name still is: a version that was replaced never comes back.
            guard try current() == file.identity else { continue }
            guard let content else { throw Trouble.disk(Errno.ioError) }
            return try body(file, content.span)
        }
        throw Trouble.busy
    }

    /// Opens a file; nil when there is none.
    func open(_ file: File) throws -> VaultFile? {
        do {
            return try VaultFile(at: path(file))
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch {
            throw Trouble.disk(error)
        }
    }

    /// Removes a file. The folder is not synced.
    /// - Returns: whether it is gone.
    @discardableResult
    func remove(_ file: File) -> Bool {
        let failure = linux_home_remove(descriptor.rawValue, file.rawValue)
        return failure == 0 || Errno(rawValue: failure) == .noSuchFileOrDirectory
    }

    /// Removes what a process with an open chat left there.
    func removeChat(_ process: Int32) { _ = linux_home_remove_chat(descriptor.rawValue, process) }

    /// Puts names on the disk.
    func sync() throws {
        guard linux_sync(descriptor.rawValue) == 0 else { throw Trouble.disk(Errno.ioError) }
    }

    /// Removes the folder if there is nothing in it any more.
    func removeIfEmpty() {
        guard names.isEmpty, (try? FileManager.default.removeItem(atPath: path.string)) != nil else { return }
        try? Self.sync(path.removingLastComponent())
    }

    private static func sync(_ path: FilePath) throws {
        let folder = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        try folder.closeAfter {
            guard linux_sync(folder.rawValue) == 0 else { throw Errno.ioError }
        }
    }

    private static func absolute(_ home: Home) -> FilePath {
        let path = FilePath(home.path)
        return path.isAbsolute ? path : FilePath(FileManager.default.currentDirectoryPath).pushing(path)
    }
}
