/// Guesses what was meant by a misspelt word.
enum Spelling {
    /// ` (did you mean 'x'?)` for the candidate nearest to `word`, or nothing when none is near.
    static func hint(for word: String, among candidates: [String]) -> String {
        closest(to: word, among: candidates).map { " (did you mean '\($0)'?)" } ?? ""
    }

    /// The candidate with the fewest edits between it and `word`, the first of several; letter case and `-` for `_`
    /// do not count. Failing that the only candidate that `word` begins. Nil when more than a third of the letters
    /// would have to change. O(word × candidates).
    static func closest(to word: String, among candidates: [String]) -> String? {
        let wanted = Array(word.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 })
        // Longer than any key can be misspelt; bounds the work.
        guard wanted.count <= 64 else { return nil }
        let rated = candidates.map { (distance: distance(wanted, Array($0.lowercased().utf8)), candidate: $0) }
        guard let best = rated.min(by: { $0.distance < $1.distance }) else { return nil }
        if best.distance <= max(1, max(wanted.count, best.candidate.utf8.count) / 3) { return best.candidate }
        let longer = candidates.filter { $0.utf8.starts(with: wanted) }
        return wanted.count >= 3 && longer.count == 1 ? longer.first : nil
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other (the restricted
    /// Damerau–Levenshtein distance).
    private static func distance(_ from: [UInt8], _ to: [UInt8]) -> Int {
        var beforePrevious = [Int](repeating: 0, count: to.count + 1)
        var previous = Array(0...to.count)
        for row in 0..<from.count {
            var current = [row + 1]
            for column in 0..<to.count {
                var best = min(previous[column + 1] + 1, current[column] + 1)
                best = min(best, previous[column] + (from[row] == to[column] ? 0 : 1))
                if row > 0, column > 0, from[row] == to[column - 1], from[row - 1] == to[column] {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[to.count]
    }
}
