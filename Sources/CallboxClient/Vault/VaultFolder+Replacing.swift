internal import CLinux
internal import SystemPackage

extension VaultFolder {
    /// Puts a next version in the place of the one that is there, or makes the first. Only in one's turn (`VaultTurn`). When it throws, what was there
    /// is still there. The order: the bytes are on the disk before they have the name, the name before anybody is told, and only then is the old
    /// version made unreadable.
    /// - Returns: the version that is there now.
    func replace(_ old: VaultFile?, with bytes: [UInt8]) throws -> VaultFile {
        // What a crash has left: a version that never was, or one that was replaced.
        try? open(.next)?.wipe()
        remove(.next)
        if Plant.writesInPlace, old != nil { return try write(bytes, over: path(.vault)) }
        let new = try write(bytes)
        guard let old else {
            try place(linux_home_replace(descriptor.rawValue))
            do { try sync() } catch {
                // Not known to be on the disk: then there is none.
                try? new.wipe()
                remove(.vault)
                throw error
            }
            return new
        }
        let failure = linux_home_exchange(descriptor.rawValue)
        if [.invalidArgument, .notSupported, .noFunction].contains(Errno(rawValue: failure)) {
            // This file system cannot exchange. The old version is gone with this step; it is wiped through its descriptor.
            try place(linux_home_replace(descriptor.rawValue))
            try sync()
        } else {
            try place(failure)
            do { try sync() } catch {
                // Not known to be on the disk: then it has not happened.
                _ = linux_home_exchange(descriptor.rawValue)
                remove(.next)
                throw error
            }
        }
        // From here on it has happened, whatever the disk says.
        try? old.wipe()
        remove(.next)
        return new
    }

    private func write(_ bytes: [UInt8]) throws -> VaultFile {
        do {
            let file = try FileDescriptor.open(
                path(.next), .readWrite, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: .ownerReadWrite)
            do {
                try file.writeAll(bytes)
                guard Plant.isUnsynced || linux_sync(file.rawValue) == 0 else { throw Errno.ioError }
            } catch {
                try? file.close()
                throw error
            }
            return try VaultFile(adopting: file)
        } catch {
            remove(.next)
            throw Trouble.disk(error)
        }
    }

    /// What must not be done: see `Plant`.
    private func write(_ bytes: [UInt8], over path: FilePath) throws -> VaultFile {
        let file = try FileDescriptor.open(path, .readWrite, options: [.closeOnExec])
        try file.writeAll(bytes)
        guard linux_sync(file.rawValue) == 0 else { throw Errno.ioError }
        return try VaultFile(adopting: file)
    }

    private func place(_ failure: Int32) throws {
        guard failure != 0 else { return }
        remove(.next)
        throw Trouble.disk(Errno(rawValue: failure))
    }
}
