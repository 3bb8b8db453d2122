import CallboxClient
import CallboxClientTesting
import CallboxProgram
import CallboxTesting
import CallboxWire
import Foundation
import Testing

@Suite struct InvitationTests {
    let world: OfficeWorld

    init() throws { world = try OfficeWorld() }

    @Test func `the invite is read back, and names program, relay, pin and root`() async throws {
        _ = try await world.published()
        let invitation = try world.offices[1].invitation()
        let invite = try Invite(invitation.text)
        let root = try #require(world.relay.root)
        #expect(invite.program == root.document.programID && invite.root.matches(root.digest))
        #expect(invite.relays.map(\.url.text) == [OfficeWorld.address])
        #expect(invite.relays[0].trust == .pin(TLSPin(unchecked: [UInt8](repeating: 7, count: 32))))
        #expect(invitation.rootDigest == HumanDigest(of: root.digest).description)
    }

    @Test func `the poster fits 80 columns, whatever the program is called`() async throws {
        _ = try await world.published()
        var draft = try world.offices[0].draft()
        try draft.rename(String(repeating: "Wide", count: 30), timeZone: nil)
        try draft.setResource(
            name: "Line", contact: String(repeating: "long words ", count: 10), note: nil, verifiedOn: "2027-01-15")
        for number in 2...6 {
            try draft.setRelay(
                "https://relay-\(number).example", pin: OfficeWorld.pin, identity: world.identity.publicKey.base64URL)
        }
        _ = try await world.offices[0].publish([world.offices[1].sign(world.offices[0].sign(draft))])
        let invitation = try world.offices[0].invitation()
        let poster = invitation.poster()
        #expect(poster.allSatisfy { $0.count <= 80 })
        #expect(invitation.code != nil)
        // In one line again, the poster's invite is the invite.
        let text = poster.map { $0.filter { $0 != " " } }.joined()
        #expect(text.contains(invitation.text))
        #expect(try Invite(invitation.text).relays.count == 4)
        #expect(text.contains(invitation.rootDigest))
    }

    @Test func `the two inks are each other's opposite, and the edge is empty`() async throws {
        _ = try await world.published()
        let code = try #require(try world.offices[0].invitation().code)
        let dark = code.lines(ink: .dark)
        let light = code.lines(ink: .light)
        let width = try #require(dark.first).count
        #expect(dark.allSatisfy { $0.count == width } && light.allSatisfy { $0.count == width })
        #expect(dark[0].allSatisfy { $0 == " " } && dark[1].allSatisfy { $0 == " " })
        let opposite: [Character: Character] = [" ": "█", "█": " ", "▀": "▄", "▄": "▀"]
        for (one, other) in zip(dark, light).dropLast() {
            #expect(String(one.compactMap { opposite[$0] }) == other)
        }
    }

    static let scanner = ["/usr/bin/zbarimg", "/usr/local/bin/zbarimg"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: scanner != nil, "zbarimg is not here (Debian: zbar-tools)"))
    func `a scanner reads the invite from the code`() async throws {
        _ = try await world.published()
        let invitation = try world.offices[0].invitation()
        let code = try #require(invitation.code)
        #expect(try scan(code) == invitation.text)
    }

    /// Draws the lines as a picture and has the scanner read it.
    private func scan(_ code: QRCode) throws -> String {
        let lines = code.lines(ink: .dark)
        let width = (lines.first?.count ?? 0) * 4
        var rows: [String] = []
        for line in lines {
            for half in [["█", "▀"], ["█", "▄"]] as [[Character]] {
                let row = line.flatMap { Array(repeating: half.contains($0) ? "0" : "255", count: 4) }.joined(
                    separator: " ")
                rows += Array(repeating: row, count: 4)
            }
        }
        let picture = "P2\n\(width) \(rows.count)\n255\n" + rows.joined(separator: "\n") + "\n"
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "callbox-code-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "code.pgm").path
        try Data(picture.utf8).write(to: folder.appending(path: "code.pgm"))
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.scanner))
        process.arguments = ["--quiet", "--raw", path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let read = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: read, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
