package import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// A person's name, sealed to the one clinician who may read it, in 256 bytes whatever its length: handoff.md section 2.
package struct SealedName: FixedBytes, Codable {
    /// 256.
    package static let byteCount = 256
    /// A sealed box of 208 bytes.
    package let bytes: [UInt8]
    /// Wraps 256 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    private static let contentByteCount = byteCount - SealedBox.overhead

    /// Seals a name for a clinician. It is bound to the key by which the officer will introduce themself, so that nobody can pass it off
    /// in a consent of their own.
    /// - Throws: `field` when the clinician's key makes no secret.
    package static func seal(
        _ name: Words<128>, to clinician: AgreementPublicKey, introductionKey: AgreementPublicKey
    ) throws(ConsentError) -> SealedName {
        var content = Label.consentName.bytes + introductionKey.bytes
        do {
            content += try Padding.pad([UInt8](name.text.utf8), to: contentByteCount - content.count)
            return SealedName(unchecked: try SealedBox.seal(content.span, to: clinician))
        } catch {
            throw .field
        }
    }

    /// The name, for the clinician.
    /// - Throws: `forged` when it was sealed to somebody else or for another introduction.
    package func open(
        with key: borrowing AgreementKey, introductionKey: AgreementPublicKey
    ) throws(ConsentError) -> Words<128> {
        do {
            let content = try key.open(bytes.span)
            let start = Label.consentName.bytes + introductionKey.bytes
            guard content.count == Self.contentByteCount, content.starts(with: start) else { throw ConsentError.forged }
            guard let name = String(validating: try Padding.unpad([UInt8](content[start.count...])), as: UTF8.self)
            else { throw ConsentError.forged }
            return try Words(name)
        } catch {
            throw .forged
        }
    }
}
