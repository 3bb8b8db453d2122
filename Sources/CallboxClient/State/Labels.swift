/// The label of everything that is sealed inside a record. It stands before the record's name, and each kind of secret has names of its own, so none
/// opens in the place of another.
enum StateLabel {
    /// Associated data of a sealed value: `Sealed.swift`.
    static let record: StaticString = "callbox/v1/record"
}
