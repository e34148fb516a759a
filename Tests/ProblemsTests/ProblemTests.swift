import ByteBuffers
import Problems
import Testing

@Suite struct ProblemTests {
    private func json(_ problem: Problem, instance: String = "") -> String {
        var bytes = ByteBuffer()
        problem.appendJSON(to: &bytes, instance: Array(instance.utf8).span)
        return bytes.span.text
    }

    @Test func theDocumentHasTheMembersOfRFC9457AndTwoMore() {
        let problem = Problem(.notFound, "there is nothing at /x; see /")
        #expect(
            json(problem, instance: "/x")
                == #"{"type":"about:blank","title":"Not Found","status":404,"detail":"there is nothing at /x; see /","#
                + #""instance":"/x","error":"there is nothing at /x; see /","code":"not-found"}"#)
    }

    @Test func anUnknownInstanceIsLeftOut() {
        #expect(!json(Problem(.draining, "later")).contains("instance"))
    }

    @Test func whatIsQuotedIsEscaped() {
        let text = json(Problem(.notFound, "a\"b\\c\n"), instance: "/a\"b")
        #expect(text.contains(#""detail":"a\"b\\c\n","instance":"/a\"b","#))
    }

    @Test func aCloserSlugTakesThePlaceOfTheCode() {
        let problem = Problem(.invalidBody, "no kind", slug: "missing-kind")
        #expect(json(problem).hasSuffix(#""code":"missing-kind"}"#))
        #expect(problem.status == 400)
    }

    @Test(arguments: Problem.Code.allCases)
    func whoMayTryAgainIsToldWhen(code: Problem.Code) {
        let problem = Problem(code, "x")
        #expect((problem.retryAfter != nil) == [429, 503, 507].contains(code.status))
        #expect(Problem(code, "x", retryAfter: 7).retryAfter == 7)
    }

    /// The last title stands for every status that has none of its own.
    @Test func everyStatusHasATitleOfItsOwn() {
        let titles = Dictionary(grouping: Problem.Code.allCases, by: { "\($0.title)" })
        for (title, codes) in titles { #expect(Set(codes.map(\.status)).count == 1, "\(title)") }
    }
}
