import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxTesting
import CallboxWire

/// Two ends of a running session, and the mailboxes between them.
final class Ends {
    private let setting: SampleHandshake
    private var initiator: Session
    private var responder: Session
    private var random = SystemRandom()

    init() throws {
        var setting = try SampleHandshake(seed: 1)
        let begun = try setting.begin(by: setting.officer())
        let accepted = try setting.accept(begun.frame)
        self.setting = setting
        let key = Secret(random: 32, from: &random)
        // Through their stored form, as a process would have them.
        initiator = try Session.open(begun.session.sealed(under: key, random: &random), under: key)
        responder = try Session.open(accepted.session.sealed(under: key, random: &random), under: key)
    }

    @discardableResult
    func sealFromInitiator(_ text: [UInt8]) -> Frame {
        do { return try initiator.seal(text, to: setting.sheet.intakeAddress, random: &random) } catch { fail(error) }
    }

    func seal(_ frame: Frame) {
        do { _ = try frame.sealed(to: setting.sheet.sealingKey) } catch { fail(error) }
    }

    func openAtResponder(_ frame: Frame) {
        do {
            _ = try responder.open(frame, at: setting.sheet.intakeAddress, today: SampleProgram.today)
        } catch { fail(error) }
    }

    func pingPong(_ text: [UInt8]) {
        openAtResponder(sealFromInitiator(text))
        do {
            let answer = try responder.seal(text, to: setting.reply.address, random: &random)
            _ = try initiator.open(answer, at: setting.reply.address, today: SampleProgram.today)
        } catch { fail(error) }
    }
}

/// One program, one peer, and officers who begin.
final class Setting {
    private var setting: SampleHandshake
    private let keys: ResponderKeys
    private var random = SystemRandom()

    init() throws {
        setting = try SampleHandshake(seed: 2)
        keys = try setting.responderKeys()
    }

    func begin(_ text: [UInt8]) -> Frame {
        do { return try setting.begin(by: setting.officer(), content: text).frame } catch { fail(error) }
    }

    func accept(_ frame: Frame) {
        do {
            _ = try AcceptedSession.accept(
                InitialFrame(frame), at: setting.sheet.intakeAddress, with: keys, in: setting.sample.program,
                accepted: ReplayCache(), today: SampleProgram.today)
        } catch { fail(error) }
    }
}

private func fail(_ error: any Error) -> Never { fatalError("a benchmark measures what works: \(error)") }
