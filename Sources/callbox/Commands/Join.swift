internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox join`
struct Join: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Begin: make a vault of your own with the invite on the poster.",
        discussion: """
            The invite is no secret: it stands on a poster, and everybody's is the same. If you were handed a slip with a code, you are asked for the code; \
            it is not tied to your name. Nobody is told that you joined.
            """)

    @Argument(help: "The invite, callbox:…, from the poster.")
    var invite: String?
    @Option(
        name: .customLong("code-fd"),
        help: ArgumentHelp("Read the code from this open descriptor.", valueName: "number"))
    var codeDescriptor: Int32?
    @Flag(name: .customLong("no-code"), help: "You have no code, and do not want to be asked for one.")
    var hasNoCode = false
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let elsewhere = "Give the invite as an argument, and the code by --code-fd NUMBER, or say --no-code."
        let invite =
            try invite ?? Terminal.ask("The invite on the poster (it begins with callbox:)", elsewhere: elsewhere)
        var code: String?
        if let codeDescriptor {
            let bytes = try Terminal.device.readAll(descriptor: codeDescriptor, limit: 256)
            code = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).joined()
        } else if !hasNoCode {
            code = try Terminal.askOptional("The code on your slip", elsewhere: elsewhere)
        }
        try Desk.door(options.proxy).checkBeginning(invite: invite, code: code, home: options.place)
        let passphrase = try Desk.newPassphrase(options.passphrase, words: 6)
        Terminal.tell("Fetching the program's documents and checking who signed them …")
        let client = try await Desk.making {
            try await Desk.door(options.proxy).joinAsOfficer(
                invite: invite, code: code, home: options.place, passphrase: passphrase)
        }
        let program = try client.program()
        Terminal.say(
            """
            You have joined \(program.name.map { "“\(Inert.line($0))”" } ?? "the program"). Nobody knows that you did.

            Compare this with the poster. If it differs, stop here and tell your coordinator:
              \(Inert.line(program.rootDigest))
            \(program.warning.map { "\n" + Wrapping.hung("Note: \(Inert.line($0))\n") } ?? "")
            Next:
              callbox notice      what stays between you, and what cannot
              callbox peers       who is there
              callbox reach-out   write to one of them

            \(CrisisLines.foot(try client.resources()))
            """)
    }
}
