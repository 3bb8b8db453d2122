internal import CallboxCrypto
internal import CallboxWire

extension RelayCore {
    /// Checks a request that one of several keys may sign, as `Protocol/relay.md` section 2 orders it: form and
    /// content first, then whether this key may, then time and signature.
    /// - Throws: a `Refusal`.
    func admit(_ inbound: Inbound, signedBy mayDoThis: (VerificationKey) -> Bool) throws(Refusal) -> VerificationKey {
        let request = try inbound.signable(at: keys.identity)
        let fields = try inbound.signedFields()
        let key = try claimedKey(of: inbound)
        if mayDoThis(key) { return try admit(request, fields, by: key).key }
        do {
            let now = Int64(clamping: time.clock.wall())
            _ = try RequestSignature.verify(request, fields, by: key, now: now, tolerance: limits.signatureTolerance)
        } catch {
            switch error {
            case .stale, .signature: break
            default: throw Refusal(error.problem)
            }
        }
        throw Refusal(.notPermitted)
    }

    /// The key, one of several, that has signed a request whose content was not read yet, by the digest that its head announces: so
    /// nobody else takes up memory, or a place in a queue, with content. `admit` says afterwards whether it is that content.
    /// - Throws: a `Refusal`.
    func admit(
        headOf inbound: Inbound, signedBy mayDoThis: (VerificationKey) -> Bool
    ) throws(Refusal) {
        let key = try claimedKey(of: inbound)
        guard mayDoThis(key) else { throw Refusal(.notPermitted) }
        let (request, fields) = (try inbound.announced(at: keys.identity), try inbound.signedFields())
        do {
            let now = Int64(clamping: time.clock.wall())
            _ = try RequestSignature.verify(request, fields, by: key, now: now, tolerance: limits.signatureTolerance)
        } catch {
            throw Refusal(error.problem)
        }
    }

    /// The key that a request says it is signed by, which can be asked before its content is read. Keys of programs are
    /// public: to refuse by this sorts out the careless, and `admit` decides.
    /// - Throws: a `Refusal`.
    func claimedKey(of inbound: Inbound) throws(Refusal) -> VerificationKey {
        let fields = try inbound.signedFields()
        do {
            return try RequestSignature.claimedKey(fields, at: keys.identity)
        } catch {
            throw Refusal(error.problem)
        }
    }
}
