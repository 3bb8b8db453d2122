import Testing

/// Signatures over which implementations of Ed25519 disagree (Chalkias, Garillot and Nikolaenko, "Taming the Many EdDSAs", 2020,
/// describes the kinds). These were made for this test by an implementation of RFC 8032, section 5.1, of its own in Python, which
/// checked that each fulfils the equation named.
enum SmallOrder {
    struct Forgery: CustomTestStringConvertible, Sendable {
        let key: String
        let message: String
        var testDescription: String { key }
    }

    struct Disputed: CustomTestStringConvertible, Sendable {
        let why: String
        let key: String
        let message: String
        let signature: String
        var testDescription: String { why }
    }

    /// R = S·B with a scalar that everyone may know. It fulfils S·B = R + h·A for each key below and its message, whose last byte
    /// was counted up until h is a multiple of the key's order.
    static let signature = """
        7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572
        d20a1feb8ca954ab000000000000000000000000000000000000000000000000
        """

    static let forgeries = [
        // The eight points whose order divides 8, in their canonical encodings.
        Forgery(
            key: "0100000000000000000000000000000000000000000000000000000000000000", message: "63616c6c626f7800"),
        Forgery(
            key: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", message: "63616c6c626f780c"),
        Forgery(
            key: "0000000000000000000000000000000000000000000000000000000000000080", message: "63616c6c626f7800"),
        Forgery(
            key: "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", message: "63616c6c626f780a"),
        Forgery(
            key: "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", message: "63616c6c626f7801"),
        Forgery(
            key: "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", message: "63616c6c626f7804"),
        Forgery(
            key: "0000000000000000000000000000000000000000000000000000000000000000", message: "63616c6c626f7807"),
        Forgery(
            key: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", message: "63616c6c626f7800"),
        // Their other encodings: y not reduced, or a sign where x is zero.
        Forgery(
            key: "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", message: "63616c6c626f7800"),
        Forgery(
            key: "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", message: "63616c6c626f7800"),
        Forgery(
            key: "0100000000000000000000000000000000000000000000000000000000000080", message: "63616c6c626f7800"),
        Forgery(
            key: "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", message: "63616c6c626f7800"),
        Forgery(
            key: "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", message: "63616c6c626f7800"),
        Forgery(
            key: "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", message: "63616c6c626f7801"),
    ]

    static let disputed = [
        Disputed(
            why: "R is the identity; S·B = R + h·A holds",
            key: "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8", message: "63616c6c626f78",
            signature: """
                0100000000000000000000000000000000000000000000000000000000000000
                1160cd5ea12549234e650f76889c11367b3c4f433e30a00d068955d4ecacdb07
                """),
        Disputed(
            why: "R is the identity with y not reduced; S·B = R + h·A holds",
            key: "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8", message: "63616c6c626f78",
            signature: """
                eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
                212a04d6528a2c0e624f223d500bc337a0f4c5082592b66b5fb8449aa982df06
                """),
        Disputed(
            why: "the key has a part of order 8; only 8·S·B = 8·R + 8·h·A holds",
            key: "b502ff3d92e31d8190b4aa4ea0414005167fad089c4de9dac8a2fc850fed4f58", message: "63616c6c626f7800",
            signature: """
                684c0d53ab44de46d526ab4d33b5947bab9d77af687fe0a09518a5f6df4a86eb
                fdd62c41c8fe2cb6d6b8bf5eafa089eb17dd0b71d0155cf7a3adac3f5729ed03
                """),
        Disputed(
            why: "R has a part of order 8; only 8·S·B = 8·R + 8·h·A holds",
            key: "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8", message: "63616c6c626f78",
            signature: """
                dfd3145e691e9b998cb20bd6e1790ccfbd79f23e01dc20a7349e3aec7193acf6
                12afa2c9344dc02aa87669ac2fbd6521ad351aa8a7f4b71b281654572dac300d
                """),
    ]
}
