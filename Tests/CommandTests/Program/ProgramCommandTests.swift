@testable import callbox
import CallboxClient
import CallboxClientTesting
import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Foundation
import Testing

@Suite("Commands of coordinators")
struct ProgramCommandTests {
    let stage: OfficeStage

    init() throws { stage = try OfficeStage() }

    private func key(_ who: String, online: Bool = false) async -> String {
        let passphrase = "--passphrase-fd"
        let line =
            online
            ? await stage.run(who, "key", "--online", passphrase, "3", input: Self.words, takesPapers: false)
            : await stage.run(who, "key", passphrase, "3", input: Self.words, takesPapers: false)
        return line.result.trimmingCharacters(in: .newlines)
    }

    private static let words = "abacus abacus abacus abacus abacus abacus abacus"

    /// Two of Ann, Bo and Cy sign; Ann has the online key.
    private func begin() async throws {
        _ = await key("ann")
        let (bo, cy) = (await key("bo"), await key("cy"))
        let begun = await stage.run(
            "ann", "init", "--name", "Sample County", "--time-zone", "America/Chicago", "--quorum", "2",
            "--coordinator",
            bo, "--coordinator", cy, "--online", "--relay", OfficeStage.address, "--pin", OfficeStage.pin)
        try #require(begun.code == 0, "\(begun.screen)")
        try stage.write("What you say stays here.\r\n\r\nExcept …\n\n", to: "notice.txt")
        #expect(await stage.run("ann", "notice", "--language", "en", stage.path("notice.txt")).code == 0)
    }

    private func publish() async throws {
        try await begin()
        for (who, file) in [("bo", "root.json"), ("ann", "draft.json"), ("cy", "program.json")] {
            let signed = await stage.run(who, "sign", stage.path(file), "--yes")
            try #require(signed.code == 0, "\(signed.screen)")
        }
        let digest = try RootDocument.digest(
            of: SignedEnvelope(parsing: Array(stage.read("root.json").utf8), as: .root).unverifiedPayload)
        stage.relay.allow(digest)
        let published = await stage.run("ann", "publish")
        try #require(published.code == 0, "\(published.screen)")
    }

    private func request(name: String = "Dana Reyes") throws -> MembershipRequest {
        let program = try #require(stage.relay.root).document.programID
        var random = SeededRandom(seed: UInt64(name.utf8.count))
        let keys = SampleMember(.peer, from: &random)
        return MembershipRequest(
            program: program, member: keys.id, role: .peer, name: try Line(name),
            verificationKey: keys.signing.publicKey,
            agreementKey: keys.agreementKey().publicKey)
    }

    @Test("From the first key to a published program, by files")
    func story() async throws {
        try await begin()
        let early = await stage.run("ann", "publish")
        #expect(early.code == 8 && early.screen.contains("1 more signature is missing"))
        let read = await stage.run("bo", "sign", stage.path("root.json"), answers: ["no"])
        #expect(read.code == 0 && read.screen.contains("2 of these 3 coordinators must sign"))
        #expect(read.screen.contains("Nothing was signed."))
        #expect(await stage.run("bo", "sign", stage.path("root.json")).code == 64)
        let signed = await stage.run("bo", "sign", stage.path("root.json"), answers: ["yes"])
        #expect(signed.screen.contains("Enough have signed."))
        let draft = await stage.run("ann", "sign", stage.path("draft.json"), answers: ["yes"])
        #expect(draft.screen.contains("    Except …") && draft.screen.contains("1 signature is missing."))
        #expect(await stage.run("cy", "sign", stage.path("program.json"), "--yes").code == 0)
        let refused = await stage.run("ann", "publish")
        #expect(refused.code == 8 && refused.screen.contains("callboxd allow"))
        try await publishAllowed()
        #expect(stage.relay.document?.document.content.notices[0].text.text == "What you say stays here.\n\nExcept …")
        #expect(!FileManager.default.fileExists(atPath: stage.path("draft.json")))
    }

    private func publishAllowed() async throws {
        stage.relay.allow(
            RootDocument.digest(
                of: try SignedEnvelope(parsing: Array(stage.read("root.json").utf8), as: .root).unverifiedPayload))
        let published = await stage.run("ann", "publish")
        #expect(published.code == 0 && published.result.contains("version 1 of the program document"))
        #expect(published.screen.contains("callbox program refresh"))
    }

    @Test("A member is added only by the code that they read out")
    func member() async throws {
        try await publish()
        let request = try request()
        try Data(request.text).write(to: URL(filePath: stage.path("dana.json")))
        let line = [
            "add-member", stage.path("dana.json"), "--role", "peer", "--credential", "Certificate 12",
            "--credential-expires", "2028-01-31", "--training-expires", "2027-12-31", "--shift", "nights", "--language",
            "en",
            "--on-call", "fri 18:00-06:00", "--papers", stage.folder,
        ]
        let wrong = await stage.run("ann", answers: [], line: line + ["--code", "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GG"])
        #expect(wrong.code == 6 && wrong.screen.contains("was exchanged"))
        let no = await stage.run("ann", answers: ["no"], line: line)
        #expect(no.code == 6 && no.screen.contains(request.code))
        #expect(!FileManager.default.fileExists(atPath: stage.path("draft.json")))
        let yes = await stage.run("ann", answers: ["yes"], line: line)
        #expect(yes.code == 0 && yes.result.contains("New peer: Dana Reyes."))
        let away = await stage.run("ann", "suspend", "dana", "--away")
        #expect(away.result.contains("is now away, was active"))
        #expect(await stage.run("ann", "suspend", "dana", "--lift").code == 0)
        let diff = await stage.run("ann", "draft", "diff")
        #expect(diff.result.contains("Version 2, not signed yet.") && diff.result.contains("fri 18:00-06:00"))
        #expect(await stage.run("bo", "update", takesPapers: false).code == 8)
    }

    @Test("Resources, relays, policy and epochs are edited in the draft")
    func edits() async throws {
        try await publish()
        try stage.write(#"[{"name":"988","contact":"Call or text 988","verified_on":"2027-01-10"}]"#, to: "list.json")
        #expect(await stage.run("ann", "resources", stage.path("list.json")).result.contains("New resource: 988"))
        #expect(await stage.run("ann", "resources", "add", "COPLINE", "1-800-267-5463").code == 0)
        #expect(await stage.run("ann", "resources", "remove", "988").result.contains("No resource 988 any more."))
        let relay = await stage.run("ann", "relay", "add", "https://second.example", "--pin", "web")
        #expect(relay.code == 0 && relay.result.contains("New way in"))
        #expect(await stage.run("ann", "relay", "epochs").result.contains("The draft says so already."))
        let policy = await stage.run("ann", "policy", "--retention-days", "7", "--name", "Another County")
        #expect(policy.result.contains("7; it was 14") && policy.result.contains("Another County"))
        #expect(await stage.run("ann", "policy", "--retention-days", "91").code == 64)
        #expect(await stage.run("ann", "draft", "new").code == 8)
        #expect(await stage.run("ann", "draft", "new", "--anew").result.contains("version 2"))
        #expect(await stage.run("ann", "draft", "diff").result.contains("nothing but its dates"))
        #expect(await stage.run("ann", "draft", "skip").result.contains("version 3"))
    }

    @Test("Refresh, codes and bulletins go to the relay, and slips into a new file only")
    func daily() async throws {
        try await publish()
        let refreshed = await stage.run("ann", "refresh", "--json", takesPapers: false)
        #expect(refreshed.code == 0 && refreshed.result.contains("\"version\" : 1"))
        #expect(await stage.run("cy", "refresh", takesPapers: false).code == 8)
        let codes = await stage.run("ann", "codes", "3", "--json", takesPapers: false)
        #expect(codes.result.components(separatedBy: "-").count == 13 && stage.relay.codes[0].count == 3)
        let slips = await stage.run("ann", "codes", "2", "--to", stage.path("slips.txt"), takesPapers: false)
        #expect(slips.code == 0 && stage.read("slips.txt").contains("Your code:  "))
        #expect(await stage.run("ann", "codes", "2", "--to", stage.path("slips.txt"), takesPapers: false).code == 64)
        #expect(stage.relay.codes.count == 2)
        stage.relay.meet(.lost, .lost, .lost)
        #expect(await stage.run("ann", "codes", "0", "--to", stage.path("none.txt"), takesPapers: false).code == 64)
        #expect(!FileManager.default.fileExists(atPath: stage.path("none.txt")))
        stage.relay.meet()
        let posted = await stage.run(
            "ann", "bulletin", "Crash", "--incident", "2027-01-15 08:00", "--yes", input: "Call us.\n",
            takesPapers: false)
        #expect(posted.code == 0 && posted.screen.contains("| Call us.") && posted.result.contains("bulletin 1"))
        #expect(
            await stage.run("ann", "bulletin", "x", "--incident", "yesterday", "--yes", input: "y", takesPapers: false)
                .code == 64)
        #expect(await stage.run("ann", "bulletin", "x", "--yes", input: "y", takesPapers: false).code == 64)
    }

    @Test("Invite, poster and code are printed, and the office is shown")
    func invite() async throws {
        try await publish()
        let invite = await stage.run("ann", "invite", takesPapers: false)
        let text = invite.result.trimmingCharacters(in: .newlines)
        #expect(try Invite(text).relays.count == 1)
        #expect(await stage.run("ann", "invite", "--poster", stage.path("poster.txt"), takesPapers: false).code == 0)
        let poster = stage.read("poster.txt").components(separatedBy: "\n")
        #expect(poster.allSatisfy { $0.count <= 80 } && poster.contains { $0.contains("█▀▀▀▀▀█") })
        #expect(await stage.run("ann", "invite", "--qr", "--dark", takesPapers: false).result.contains("████ ▄▄▄▄▄ █"))
        let shown = await stage.run("ann", "show", takesPapers: false)
        #expect(
            shown.result.contains("Sample County") && shown.result.contains("(this")
                && shown.result.contains("Version 1,"))
        let json = await stage.run("ann", "show", "--json", takesPapers: false)
        #expect(json.result.contains("\"is_root_complete\" : true"))
        // Somebody who came later takes the program over by the invite.
        let later = await stage.run(
            "eve", "follow", text, "--passphrase-fd", "3", input: Self.words, takesPapers: false)
        #expect(later.code == 0 && later.result.contains("Sample County"))
    }

    @Test("A rotation lays both papers out to be signed again")
    func rotation() async throws {
        try await publish()
        let (ann, dee) = (await key("ann"), await key("dee"))
        let rotated = await stage.run("ann", "rotate", "--coordinator", ann, "--coordinator", dee, "--quorum", "2")
        #expect(rotated.code == 0 && rotated.screen.contains("signed again under the new root"))
        for (who, file) in [("bo", "root.json"), ("dee", "root.json"), ("dee", "program.json")] {
            let signed = await stage.run(who, "sign", stage.path(file), "--yes")
            #expect(signed.code == 0, "\(signed.screen)")
        }
        let published = await stage.run("ann", "publish")
        #expect(published.code == 0, "\(published.screen)")
        let (root, document) = (try #require(stage.relay.root), try #require(stage.relay.document))
        #expect(root.document.version == 2 && root.isQuorum(document.signers))
    }

    @Test("What was signed is written again where the file was lost")
    func lost() async throws {
        try await begin()
        let before = stage.read("root.json")
        try FileManager.default.removeItem(atPath: stage.path("root.json"))
        #expect(await stage.run("ann", "sign").result.contains("Written again"))
        #expect(stage.read("root.json") == before)
    }
}
