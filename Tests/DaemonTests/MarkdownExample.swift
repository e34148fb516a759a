/// A command of a page, with the answer that the page shows for it.
struct MarkdownExample {
    /// The text of an `sh` block.
    let command: String
    /// The text of the `json` block that follows with only blank lines between; nil when there is none.
    var answer: String?
    /// The line, counted from 1, of the block's fence.
    let line: Int

    /// The `sh` blocks of a page in order.
    static func all(in page: String) -> [MarkdownExample] {
        var examples: [MarkdownExample] = []
        var block: (language: String, line: Int, text: [Substring])?
        // Whether only blank lines have come since the end of an `sh` block.
        var follows = false
        for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let open = block {
                guard line == "```" else {
                    block?.text.append(line)
                    continue
                }
                let text = open.text.joined(separator: "\n")
                if open.language == "sh" {
                    examples.append(MarkdownExample(command: text, line: open.line))
                } else if open.language == "json", follows {
                    examples[examples.count - 1].answer = text
                }
                follows = open.language == "sh"
                block = nil
            } else if line.hasPrefix("```") {
                block = (String(line.dropFirst(3)), index + 1, [])
            } else if !line.isEmpty {
                follows = false
            }
        }
        return examples
    }
}
