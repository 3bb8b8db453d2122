internal import CLinux
internal import CallboxCrypto
internal import Glibc
internal import SystemPackage

/// One version of the vault's file, kept open. As long as it is, its inode is nobody else's: so whether the folder still has this version can be told for
/// sure. Open for writing, because whoever replaces it wipes its header.
final class VaultFile: Sendable {
    /// What tells one version from another: inodes, unless somebody writes into a file, as `cp` does.
    struct Identity: Equatable, Sendable {
        private let device: UInt64
        private let inode: UInt64
        private let seconds: Int
        private let nanoseconds: Int
        /// The length in bytes.
        let byteCount: Int

        init(_ stat: Stat) {
            device = UInt64(stat.deviceID.rawValue)
            inode = UInt64(stat.inode.rawValue)
            seconds = stat.st_mtim.tv_sec
            nanoseconds = stat.st_mtim.tv_nsec
            byteCount = Int(stat.size)
        }
    }

    /// Which version it is.
    let identity: Identity
    private let descriptor: FileDescriptor

    /// How much of a file is overwritten to take its keys away: the block in which the header stands.
    private static let wipedByteCount = 4096

    /// Takes an open file over.
    init(adopting descriptor: FileDescriptor) throws {
        self.descriptor = descriptor
        do { identity = Identity(try descriptor.stat()) } catch {
            try? descriptor.close()
            throw error
        }
    }

    /// Opens the file at a path, and follows no link.
    convenience init(at path: FilePath) throws {
        try self.init(
            adopting: FileDescriptor.open(path, .readWrite, options: [.noFollow, .closeOnExec]))
    }

    deinit { try? descriptor.close() }

    /// Overwrites the header, on the disk: what this version holds cannot be opened after that, with whatever passphrase.
    func wipe() throws {
        var random = SystemRandom()
        try descriptor.writeAll(toAbsoluteOffset: 0, random.bytes(min(Self.wipedByteCount, identity.byteCount)))
        guard linux_sync_data(descriptor.rawValue) == 0 else { throw Errno.ioError }
    }
}
