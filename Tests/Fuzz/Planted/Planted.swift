import Fuzzing

/// Not a decoder: the proof that this harness finds faults.
@main
struct Planted: FuzzTarget {
    static func decode(_ bytes: [UInt8]) { _ = PlantedFault.decode(bytes) }
}
