internal import CLinux
internal import FoundationEssentials
internal import SystemPackage

/// Copies of a relay: a folder with everything that makes it the same relay again, keys included.
package enum Backup {
    /// What is copied as it is, where it is there.
    private static let files = [
        StateFolder.FileName.seed, StateFolder.FileName.environment, "tls.crt", "tls.key",
    ]

    /// Copies a relay, serving or not, into a folder that is made for it.
    /// - Throws: `SettingsError.alreadyThere` when there is something; `file` when a copy cannot be written.
    package static func make(of state: StateFolder, to folder: StateFolder) throws {
        guard !FileManager.default.fileExists(atPath: folder.path) else {
            throw SettingsError.alreadyThere(folder.path)
        }
        let desk = try OperatorDesk(state)
        try folder.make()
        try desk.copy(to: folder.database)
        try sync(folder.database)
        try copyFiles(from: state, to: folder)
        guard try OperatorDesk(copy: folder.database).damage().isEmpty else {
            throw SettingsError.file(folder.database)
        }
    }

    /// Makes a relay again from such a folder.
    /// - Throws: `SettingsError.alreadyThere` when the state folder holds anything of a relay; `file` when the copy is
    ///   none, or damaged.
    package static func restore(from folder: StateFolder, to state: StateFolder) throws {
        for name in files + [StateFolder.FileName.database] where state.has(name) {
            throw SettingsError.alreadyThere(state.path(name))
        }
        _ = try folder.readSeed()
        guard try OperatorDesk(copy: folder.database).damage().isEmpty else {
            throw SettingsError.file(folder.database)
        }
        try state.make()
        // The keys come last: without them nothing serves what is only half there.
        try FileManager.default.copyItem(atPath: folder.database, toPath: state.database)
        try sync(state.database)
        try copyFiles(from: folder, to: state)
    }

    private static func copyFiles(from source: StateFolder, to target: StateFolder) throws {
        for name in files where source.has(name) {
            guard let content = FileManager.default.contents(atPath: source.path(name)) else {
                throw SettingsError.file(source.path(name))
            }
            try target.write(name, [UInt8](content))
        }
    }

    private static func sync(_ path: String) throws {
        let file = try FileDescriptor.open(FilePath(path), .readWrite)
        try file.closeAfter {
            guard linux_sync(file.rawValue) == 0 else { throw SettingsError.file(path) }
        }
    }
}
