internal import ArgumentParser
internal import CallboxRelay
internal import CallboxWire

/// `callboxd allow`
struct Allow: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Allow a program to use this relay, by the digest of its root document.",
        discussion: "Also while the relay serves. --remove takes it back; a program that is here already stays.")

    @OptionGroup var state: StateOption
    @Argument(help: "The root's digest, 26 symbols.")
    var root: String?
    @Flag(help: "Take it back.")
    var remove = false
    @Flag(help: "Show what is allowed.")
    var list = false
    @Flag(help: "With --list: print one JSON object.")
    var json = false

    func validate() throws {
        guard list == (root == nil) else { throw ValidationError("give a root's digest, or --list") }
        guard !(list && remove) else { throw ValidationError("--remove needs a root's digest") }
    }

    func run() throws {
        let desk = try OperatorDesk(state.folder)
        guard let root else { return try show(desk.allowed()) }
        guard let digest = try? HumanDigest(root) else {
            throw ValidationError("this is no digest of a root: 26 symbols, as an invite has after root=")
        }
        if remove {
            Terminal.say(try desk.disallow(digest) ? "No longer allowed: \(digest)" : "Was not allowed: \(digest)")
        } else {
            Terminal.say(try desk.allow(digest) ? "Allowed: \(digest)" : "Was allowed before: \(digest)")
        }
    }

    private func show(_ roots: [HumanDigest]) throws {
        guard !json else { return try Terminal.json(["allowed": roots.map(\.text)]) }
        for root in roots { Terminal.say("\(root)") }
        if roots.isEmpty { Terminal.say("No program is allowed.") }
    }
}
