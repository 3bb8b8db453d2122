import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire

/// One end of a session in a schedule: its stored state and what it has shown, which are stored in one step and restored together.
struct Party {
    /// The session as the vault holds it.
    var stored: [UInt8]
    /// What was opened, by the number of the frame.
    var shown: Set<Int> = []
    /// The state one step earlier, for a restore.
    var earlier: (stored: [UInt8], shown: Set<Int>)?
    /// Whether it ever went back to an older state.
    var wasRestored = false

    init(_ session: borrowing Session, key: borrowing Secret, random: inout SeededRandom) {
        stored = session.sealed(under: key, random: &random)
    }

    mutating func keep(_ advanced: [UInt8]) {
        earlier = (stored, shown)
        stored = advanced
    }

    /// Goes back one step, as a vault restored from a backup would.
    mutating func restore() {
        guard let earlier else { return }
        (stored, shown) = earlier
        self.earlier = nil
        wasRestored = true
    }
}

/// A frame on the relay, and what the oracle knows of it.
struct Flight {
    let frame: Frame
    let sender: Role
    let text: [UInt8]
    /// Whether its sender was ever restored: two frames may then claim one place.
    let afterRestore: Bool
}
