import CallboxSealing

@testable import CallboxClient

/// A room's view as a new conversation has it.
enum RoomViewSample {
    static func empty(_ record: ConversationRecord) throws -> RoomView {
        try RoomView(record.room, own: record.own, others: record.others.map(\.key))
    }
}
