internal import ArgumentParser
internal import CallboxClient

/// What `callbox help` tells beside the commands.
enum Topics {
    static let names = ["first-steps", "exit-codes", "json", "keys"]

    static func text(_ name: String) -> String? {
        switch name {
        case "first-steps": firstSteps
        case "exit-codes": exitCodes
        case "json": json
        case "keys": keys
        default: nil
        }
    }

    /// What stands there when somebody types only `callbox`.
    static let start = """
        Callbox. Reach a trained peer supporter without saying who you are.

          callbox join        begin, with the invite on the poster
          callbox reach-out   write to a peer for the first time
          callbox inbox       look for an answer
          callbox chat        stay and talk
          callbox crisis      who helps now, by telephone

        \(CrisisLines.foot(ResourceView.builtIn))
        \(CrisisLines.nobodyComes)

        Everything else: callbox --help. The first steps, for each who uses it: callbox help first-steps
        """

    static let firstSteps = """
        FIRST STEPS

        An officer, who needs the poster's invite and perhaps a slip with a code:
          callbox join            make your vault
          callbox notice          what stays between you and a peer, and what cannot
          callbox peers           who is there
          callbox reach-out       write to one of them
          callbox inbox           look for an answer
          callbox chat 1          stay and talk

        A peer or clinician:
          callbox member init     make your keys, and a request for your coordinator
          callbox member publish  once you are on the list: so that officers can write to you
          callbox inbox, callbox chat 1
          callbox safety          the four questions, when you worry about somebody

        A coordinator: callbox help program

        Anybody, at any time: callbox crisis
        """

    static var exitCodes: String {
        let lines = ExitCode.meanings.map { code, meaning in
            "  " + String(repeating: " ", count: 3 - String(code).count) + "\(code)  \(meaning)"
        }
        return "EXIT CODES\n\n" + lines.joined(separator: "\n")
    }

    static let keys = """
        KEYS in chat, and wherever you write a message

          Enter                      sends
          Alt-Enter, Ctrl-J          a new line in the same message; so does Escape, then Enter
          \\ at the end, then Enter   the same, as in a shell
          pasting                    keeps its lines, and sends nothing by itself
          Left, Right, Up, Down      move; with Alt or Ctrl by words
          Home, End, Ctrl-A, Ctrl-E  the beginning and the end of the line
          Ctrl-U, Ctrl-K, Ctrl-W     delete up to the beginning, up to the end, the word before
          Ctrl-L                     draw the screen anew
          Ctrl-C, Ctrl-D             leave; what you had not sent is gone

        In chat a line that begins with / is a command: /help lists them. To send a line that begins with /, write //.

        With --plain, or where the terminal is dumb, nothing is drawn anew: you write line by line, and \\ at a line's end goes on in the next.
        """

    static let json = """
        JSON

        With --json these commands print one object. Names stay; new ones may come. Hours and days count from 1970-01-01 UTC; `issued`, `occurred`, `expires`, `time` and `last_word` are seconds. Text of others is as they wrote it: make it harmless before you show it. A member that is not known is left out.

        inbox       conversations: [thread], is_current: whether the relay was reached
        read        conversation: thread, entries: [entry]
        thread      id, others: [{role, name, member_id}], unread, last_line, last_hour, waiting_to_leave, is_concern, has_ended, retention_days, handoff: {state, sentence, clinician, peer, last_day, possible: […]}
        entry       id, from: {role, name, member_id} (absent: you, or Callbox), is_own, hour, kind, text, detail, items: [{kind, text}], delivery: waiting, handedOver, undeliverable or withdrawn
        peers       eligible: how many can be chosen at all, people: [{id, role, name, unit, shift, …}]
        notice      language, text, is_acknowledged, other_languages
        crisis      resources: [{name, contact, note, verified_on}]; the same for resources
        bulletins   bulletins: [{index, kind, title, text, issued, occurred}]
        consent show   conversation, handoff, signed: the text that was signed
        program show    key, online_key, program, name, root_version, root_digest, is_root_complete, coordinators, quorum, has_online_key, version, issued, expires, last_word, bulletin, members: {"active peer": 2}, relays, warnings, contents
        program refresh   version, time, bulletin, warnings
        program codes   codes: [text]
        program invite  invite, root_digest
        status      role, program, root_digest, version, expires, warning, conversations, unread, waiting_to_leave; the same for member status

        What `handoff propose` and `handoff ask-closing` take on standard input: {"recipient": NAME, "purpose": TEXT, "items": [{"kind": KIND, "text": TEXT}], "days": 30, "text": TEXT}. Kinds to the clinician: \(Handoff.kinds.map(\.kind).joined(separator: ", ")). Kinds to the peer: \(Handoff.closingKinds.map(\.kind).joined(separator: ", ")).
        """
}
