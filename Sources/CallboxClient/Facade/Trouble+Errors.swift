internal import CallboxProgram
internal import CallboxSealing

extension Trouble {
    /// Does something for a public call: whatever it throws becomes a `Trouble`, but `CancellationError` stays what it is.
    static func telling<Result>(_ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch { throw of(error) }
    }

    /// The same, without waiting.
    static func telling<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw of(error) }
    }

    private static func of(_ error: any Error) -> any Error {
        switch error {
        case let trouble as Trouble: trouble
        case is CancellationError: error
        case let failure as RelayFailure: Trouble.relay(failure)
        case let refused as ProgramError: Trouble.program(refused)
        case StateError.missing(let name) where name.hasPrefix(Record<ConversationRecord>.conversations):
            // A number that a person typed.
            Int(name.dropFirst(Record<ConversationRecord>.conversations.count)).map(Trouble.noConversation)
                ?? fault(name)
        case let state as StateError: fault("\(state)")
        // What is left comes from the store: the disk.
        default:
            Trouble(
                .disk, "The vault could not be read or written.", meaning: "Nothing was changed.",
                remedy: "Look whether the disk is full or failing, and try again.")
        }
    }

    /// A fault of Callbox itself.
    static func fault(_ what: String) -> Trouble {
        Trouble(
            .fault, "Callbox found something in the vault that it does not understand (\(what)).",
            meaning: "Nothing was changed.", remedy: "Install the newest Callbox. If it stays so, report this sentence."
        )
    }
}
