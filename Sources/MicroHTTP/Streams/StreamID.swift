/// Names a stream within its loop. A slot is reused after its stream has ended, a pair of slot and generation is not.
package struct StreamID: Hashable, Sendable, BitwiseCopyable {
    /// The stream's place in the loop's table, small and dense: an index for whoever keeps something for each stream.
    package let slot: UInt32
    let generation: UInt32

    init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    /// Unpacks what ``word`` packed.
    init(word: UInt64) {
        self.init(slot: UInt32(truncatingIfNeeded: word), generation: UInt32(truncatingIfNeeded: word >> 32))
    }

    /// The name in one word, for epoll's user data. The top bit is 0: generations have 31 bits.
    var word: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}
