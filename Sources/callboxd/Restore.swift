internal import ArgumentParser
internal import CallboxRelay

/// `callboxd restore`
struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a relay again from a folder that backup made.",
        discussion: """
            Nothing that is there is overwritten. The relay goes back to the moment of the copy: cells that were acknowledged
            since come again (clients know them), cells that came since are lost, and tokens spent since can be spent again.
            """)

    @OptionGroup var state: StateOption
    @Option(name: .customLong("from"), help: "The folder that backup made.")
    var source: String

    func run() throws {
        try Backup.restore(from: StateFolder(source), to: state.folder)
        Terminal.say("The relay is in \(state.folder.path), as it was when the copy was made.")
    }
}
