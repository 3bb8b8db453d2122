internal import CallboxCrypto

/// What is confidential and what is not, in the program's own words and one language. An officer sees it whole and
/// acknowledges it before the first word; its hash goes into the handshake.
package struct LimitsNotice: Hashable, Sendable, Codable {
    /// The language of the text.
    package let language: LanguageTag
    /// The text, at most 16 KiB.
    package let text: Passage<16_384>

    /// A notice.
    package init(language: LanguageTag, text: Passage<16_384>) {
        self.language = language
        self.text = text
    }

    /// BLAKE2b-256("callbox/v1/notice" ‖ language ‖ 0x00 ‖ text). A language tag has no zero byte, so no two notices
    /// share their input.
    package var hash: NoticeHash {
        let content = [UInt8](language.text.utf8) + [0] + [UInt8](text.text.utf8)
        return NoticeHash(unchecked: BLAKE2b256.hash("callbox/v1/notice", content))
    }
}
