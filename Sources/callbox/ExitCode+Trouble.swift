internal import ArgumentParser
internal import CallboxClient

/// What programs know trouble by: one number for each kind, for ever.
extension ExitCode {
    init(_ kind: Trouble.Kind) { self.init(Self.number(kind)) }

    /// All codes, with what they mean: for help and manual.
    static let meanings: [(code: Int32, meaning: String)] =
        [(0, "done")] + Trouble.Kind.allCases.map { (number($0), meaning($0)) }.sorted { $0.0 < $1.0 }
        + [(130, "you stopped it with Ctrl-C")]

    private static func number(_ kind: Trouble.Kind) -> Int32 {
        switch kind {
        case .locked: 3
        case .home: 4
        case .network: 5
        case .notTrusted: 6
        case .expired: 7
        case .notNow: 8
        case .full: 9
        case .unpaid: 10
        case .disk: 11
        case .clock: 12
        case .usage: 64
        case .fault: 70
        }
    }

    private static func meaning(_ kind: Trouble.Kind) -> String {
        switch kind {
        case .locked: "locked: the passphrase does not open the vault, or the vault is damaged"
        case .home: "there is no vault in this folder, or there is one already"
        case .network: "nobody was reached; what was to be sent is kept and goes out later"
        case .notTrusted: "what answered is not the program's relay, or it showed something that does not hold"
        case .expired: "a document, credential, proposal or consent is too old"
        case .notNow: "this is not for you to do, or not now"
        case .full: "the relay is full, busy, or has no room in this mailbox"
        case .unpaid: "there is no token left, and the work instead could not be done"
        case .disk: "the disk is full or fails; nothing was changed"
        case .clock: "this machine's clock is wrong"
        case .usage: "the command was not understood, or names nothing that is there"
        case .fault: "a fault of Callbox itself"
        }
    }
}
