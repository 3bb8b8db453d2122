internal import CLinux
internal import CallboxClient
internal import FoundationEssentials
internal import SystemPackage

/// Where a message lies while the person's editor has it: a folder of its own in memory, for its owner alone, wiped and removed whatever happens. What a
/// process that was killed has left there, the next one wipes.
enum EditorRoom {
    private static let prefix = "callbox-"

    /// Lets the person write. nil: they wrote nothing but white space.
    static func edit(_ text: String, device: some TerminalDevice) throws -> String? {
        sweep(device: device)
        let (folder, lock) = try make(device: device)
        defer {
            wipe(folder)
            try? lock.close()
        }
        let path = folder + "/message.txt"
        let file = try FileDescriptor.open(
            FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: [.ownerReadWrite])
        defer { try? file.close() }
        try file.writeAll(text.utf8)
        guard linux_edit(file.rawValue) == 0 else {
            throw Trouble(
                .usage, "The editor ended with an error.",
                meaning: "Nothing was sent, and what was in the editor is gone.",
                remedy: "Check the environment variable EDITOR, or leave out --editor and write at the prompt.")
        }
        // Many editors write a new file and put it in the place of the old one: read by name, not by the descriptor.
        let written = String(decoding: try device.readFile(path, limit: 1 << 20), as: UTF8.self)
        return written.allSatisfy(\.isWhitespace) ? nil : written
    }

    /// Wipes the rooms of processes that are gone.
    static func sweep(device: some TerminalDevice) {
        for place in places(device) {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [] where name.hasPrefix(prefix)
            {
                let folder = place + "/" + name
                guard let lock = try? open(folder) else { continue }
                // Whoever is there holds it.
                if (try? lock.stat().userID.rawValue) == linux_user(), linux_lock(lock.rawValue) == 0 { wipe(folder) }
                try? lock.close()
            }
        }
    }

    private static func places(_ device: some TerminalDevice) -> [String] {
        ["/dev/shm", device.environment("XDG_RUNTIME_DIR")].compactMap(\.self)
    }

    private static func open(_ folder: String) throws -> FileDescriptor {
        try FileDescriptor.open(FilePath(folder), .readOnly, options: [.directory, .noFollow, .closeOnExec])
    }

    /// A room, and what holds it.
    private static func make(device: some TerminalDevice) throws -> (folder: String, lock: FileDescriptor) {
        for place in places(device) {
            let folder = place + "/" + prefix + "\(UInt64.random(in: .min ... .max))"
            guard
                (try? FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])) != nil
            else { continue }
            if let lock = try? open(folder) {
                if linux_is_in_memory(lock.rawValue) == 1, linux_lock(lock.rawValue) == 0 { return (folder, lock) }
                try? lock.close()
            }
            try? FileManager.default.removeItem(atPath: folder)
        }
        throw Trouble(
            .usage,
            "There is no place in memory where your editor could keep the message, and it must not lie on a disk.",
            meaning: "Nothing was sent.", remedy: "Leave out --editor and write at the prompt.")
    }

    /// Overwrites everything in the folder, also what the editor left beside the message, and removes it.
    private static func wipe(_ folder: String) {
        let files = FileManager.default
        for name in (try? files.subpathsOfDirectory(atPath: folder)) ?? [] {
            let path = folder + "/" + name
            guard let file = try? FileDescriptor.open(FilePath(path), .writeOnly, options: [.noFollow, .closeOnExec])
            else {
                continue
            }
            let size = (try? file.seek(offset: 0, from: .end)) ?? 0
            _ = try? file.writeAll(toAbsoluteOffset: 0, repeatElement(0, count: Int(min(size, 1 << 24))))
            try? file.close()
        }
        try? files.removeItem(atPath: folder)
    }
}
