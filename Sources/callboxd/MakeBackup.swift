internal import ArgumentParser
internal import CallboxRelay

/// `callboxd backup`
struct MakeBackup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the relay, keys included, into a new folder. Also while it serves.",
        discussion: """
            Whoever has the copy can pretend to be this relay. It also holds cells that are erased here later: keep it as
            long as cells are kept, and no longer.
            """)

    @OptionGroup var state: StateOption
    @Argument(help: "The folder to make.")
    var destination: String

    func run() throws {
        let folder = StateFolder(destination)
        try Backup.make(of: state.folder, to: folder)
        Terminal.say("The relay is copied to \(folder.path), and the copy was checked.")
    }
}
