internal import CLinux
internal import SystemPackage

/// Says, for as long as it is kept, that this process has the vault open, or is about to open it: whoever locks or burns the vault ends it then. Once per
/// process and home.
public final class RunningChat: Sendable {
    private let folder: VaultFolder
    private let descriptor: FileDescriptor

    /// Says so. To be made before the vault is opened, so that no lock falls between.
    /// - Throws: `Trouble`: `home` when there is no vault, `disk`.
    package init(on home: Home) throws {
        folder = try VaultFolder(home)
        guard try folder.current() != nil else { throw folder.noVault }
        do {
            descriptor = try FileDescriptor.open(
                folder.chatPath(linux_process()), .readWrite, options: [.create, .noFollow, .closeOnExec],
                permissions: .ownerReadWrite)
        } catch {
            throw Trouble.disk(error)
        }
        let failure = linux_hold(descriptor.rawValue)
        guard failure == 0 else { throw Trouble.disk(Errno(rawValue: failure)) }
    }

    deinit {
        folder.removeChat(linux_process())
        try? descriptor.close()
    }
}

extension VaultFolder {
    /// How long a chat has to end when it is asked to, in milliseconds. It has a terminal to put in order, and may be in the middle of a change.
    private static let grace = 3_000

    fileprivate func chatPath(_ process: Int32) -> FilePath { path.appending("chat-\(process).lock") }

    /// Ends every process that has the vault open, but for this one: asks first, and ends it without asking when it has not ended after 3 s. What it
    /// was storing is stored or not, never half.
    func endChats() {
        let own = linux_process()
        let files = names.compactMap { name -> (Int32, FileDescriptor)? in
            guard name.hasPrefix("chat-"), name.hasSuffix(".lock"),
                let process = Int32(name.dropFirst(5).dropLast(5)), process != own,
                let file = try? FileDescriptor.open(chatPath(process), .readWrite, options: [.noFollow, .closeOnExec])
            else { return nil }
            return (process, file)
        }
        // The kernel says who holds a file: a number in a name may be some other process's by now.
        for (_, file) in files { end(linux_holder(file.rawValue), atOnce: false) }
        var left = Self.grace
        while left > 0, files.contains(where: { linux_holder($0.1.rawValue) > 0 }) {
            linux_wait(10)
            left -= 10
        }
        for (process, file) in files {
            end(linux_holder(file.rawValue), atOnce: true)
            try? file.close()
            removeChat(process)
        }
    }

    private func end(_ process: Int32, atOnce: Bool) {
        if process > 0 { linux_end_process(process, atOnce ? 1 : 0) }
    }
}
