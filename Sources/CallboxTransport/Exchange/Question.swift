internal import NIOCore
internal import NIOHTTP1

/// A request as it is sent, and what is read of its answer.
struct Question: Sendable {
    /// Method, target and fields.
    let head: HTTPRequestHead
    /// The content; empty when there is none.
    let content: [UInt8]
    /// How many bytes a good answer has at most. Of a refusal as much is read as a problem document may have.
    let answerLimit: Int
    /// How long the head of the answer may take.
    let patience: Duration
}

/// A question on its way, and where its answer goes: nil when the connection ended before anything of one came, or a `RelayFailure`.
struct Exchange: Sendable {
    let question: Question
    let answer: EventLoopPromise<Reply?>
}
