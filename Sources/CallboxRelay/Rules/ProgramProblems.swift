package import CallboxProgram
package import CallboxWire

extension ProgramError {
    /// What the relay answers to who sent the document, the sheet or the request that is refused for this. The one
    /// table.
    package var problem: Problem {
        switch self {
        case .tooLarge: .tooLarge
        // What it is made of, and what it says.
        case .malformed, .field, .truncated, .trailing, .version, .payloadType: .documentInvalid
        case .wrongProgram, .lifetime, .keyReused, .duplicate, .window, .unusableKey: .documentInvalid
        case .notYetValid, .expired, .frozen, .clockBackwards, .alreadySigned: .documentInvalid
        // Who signed it. The one signature of a sheet is not a quorum.
        case .quorum, .noOnlineKey: .quorumMissing
        case .badSignature: .documentInvalid
        case .unknownRoot: .programNotAllowed
        // What it follows.
        case .rollback: .documentRollback
        case .fork, .wrongPrevious, .gap, .newerRoster: .documentOutOfOrder
        case .noDocument: .noSuchDocument
        // Who may.
        case .unknownMember, .notChoosable: .notPermitted
        }
    }
}
