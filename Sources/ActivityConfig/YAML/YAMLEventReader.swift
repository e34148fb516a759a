internal import CYAML

/// The events of a YAML text, one after the other: owns a parser of libyaml.
struct YAMLEventReader: ~Copyable {
    /// An event and the place where it begins.
    struct Event {
        /// What comes next. Anchors are names, nil for none.
        enum Kind {
            case streamStart
            case streamEnd
            case documentStart
            case documentEnd
            case alias(String)
            case scalar(YAMLScalar, anchor: String?)
            case sequenceStart(anchor: String?)
            case sequenceEnd
            case mappingStart(anchor: String?)
            case mappingEnd
        }

        let kind: Kind
        let mark: YAMLMark
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>

    /// Makes a reader of a copy of `text`.
    init(_ text: String) throws(YAMLError) {
        let bytes = text.utf8
        self.text = .allocate(capacity: bytes.count)
        _ = self.text.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        // A parser that could not be made is all zeros, which yaml_parser_delete takes.
        guard yaml_parser_initialize(parser) == 1 else { throw .outOfMemory }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // SAFETY: the parser reads from the copy, which is freed after it.
        yaml_parser_set_input_string(parser, self.text.baseAddress, self.text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The next event. Not to be called after the end of the stream or an error.
    mutating func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
        defer { yaml_event_delete(&event) }
        return Event(kind: try Self.kind(of: event), mark: YAMLMark(event.start_mark))
    }

    private static func kind(of event: yaml_event_t) throws(YAMLError) -> Event.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_STREAM_END_EVENT: .streamEnd
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_ALIAS_EVENT: .alias(name(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            .scalar(YAMLScalar(event.data.scalar), anchor: name(event.data.scalar.anchor))
        case YAML_SEQUENCE_START_EVENT: .sequenceStart(anchor: name(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT: .mappingStart(anchor: name(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: .mappingEnd
        // YAML_NO_EVENT comes after the end of the stream only.
        default: .streamEnd
        }
    }

    private static func name(_ anchor: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        anchor.map { String(cString: $0) }
    }

    /// What the parser says of its failure.
    private var failure: YAMLError {
        let parser = parser.pointee
        guard let problem = parser.problem else { return .outOfMemory }
        let context = parser.context.map {
            YAMLError.Context(text: String(cString: $0), line: YAMLMark(parser.context_mark).line)
        }
        return .syntax(problem: String(cString: problem), context: context, at: YAMLMark(parser.problem_mark))
    }
}

extension YAMLMark {
    /// libyaml counts from 0.
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}

extension YAMLScalar {
    fileprivate init(_ scalar: yaml_event_t.__Unnamed_union_data.__Unnamed_struct_scalar) {
        text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        style =
            switch scalar.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
    }
}
