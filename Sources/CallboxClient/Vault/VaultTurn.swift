internal import CLinux
internal import SystemPackage

extension VaultFolder {
    /// How long somebody waits for their turn to change something, in milliseconds.
    static let patience: Int32 = 10_000

    /// Runs `body` while no other process, and no other vault object of this one, changes anything.
    /// - Throws: `Trouble.notNow` when somebody else is at it for longer than the patience; `home` when the folder is gone.
    func inTurn<Result>(patience: Int32, _ body: () throws -> Result) throws -> Result {
        let lock = try takeTurn(patience: patience)
        // Closing gives the lock back, and so does the end of the process, however it comes.
        defer { try? lock.close() }
        return try body()
    }

    private func takeTurn(patience: Int32) throws -> FileDescriptor {
        var left = patience
        // Whoever waits for the turn waits here first, so that one who takes it again and again does not keep the others out. Where a folder
        // cannot be locked there is no queue.
        let queue = try? FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        defer { try? queue?.close() }
        if let queue { _ = try wait(for: queue, &left) }
        while true {
            let lock: FileDescriptor
            do {
                lock = try FileDescriptor.open(
                    path(.lock), .readWrite, options: [.create, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
            } catch Errno.noSuchFileOrDirectory {
                throw noVault
            } catch {
                throw Trouble.disk(error)
            }
            do {
                let failure = try wait(for: lock, &left)
                guard failure == 0 else { throw Errno(rawValue: failure) }
                // A lock on a file that somebody has removed keeps nobody out.
                let here = try? path(.lock).stat(flags: .symlinkNoFollow)
                if let here, try here.inode == lock.stat().inode { return lock }
                try lock.close()
            } catch {
                try? lock.close()
                throw Trouble.disk(error)
            }
        }
    }

    /// Asks again and again: a wait in the kernel would have no end that we set.
    /// - Returns: 0, or why the file cannot be locked at all. Throws `Trouble.busy` when the patience has an end.
    private func wait(for lock: FileDescriptor, _ left: inout Int32) throws -> Int32 {
        var pause: Int32 = 1
        while true {
            let failure = Plant.takesNoTurn ? 0 : linux_lock(lock.rawValue)
            guard Errno(rawValue: failure) == .wouldBlock else { return failure }
            guard left > 0 else { throw Trouble.busy }
            linux_wait(min(pause, left))
            left -= pause
            pause = min(pause + 1, 5)
        }
    }
}
