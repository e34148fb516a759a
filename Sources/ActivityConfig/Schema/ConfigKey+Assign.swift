private import ActivityLog

extension ConfigKey {
    /// Sets the property to what `input` says. Where that is nothing usable, the property keeps its value (the
    /// default, or what an entry inherits) and `findings` tells so.
    func assign(_ input: ConfigInput, to config: inout DaemonConfig, findings: inout ConfigFindings) {
        switch (field, input) {
        case (_, .nothing):
            break
        case (.addresses(let property), _):
            guard let addresses = readAddresses(input, findings: &findings) else { break }
            if addresses.isEmpty {
                findings.warn("'\(name)' holds no address: using \(field.text(in: config))", at: input.place)
            } else {
                config[keyPath: property] = addresses
            }
        case (.integer(let property, let unit, let range), .text(let text, let place)):
            readInteger(text, at: place, unit: unit, range: range, into: &config[keyPath: property], &findings)
        case (.backend(let property), .text(let text, let place)):
            config[keyPath: property] = readBackend(text, at: place, findings: &findings)
        case (.logLevel(let property), .text(let text, let place)):
            if let level = LogLevel(name: text) {
                config[keyPath: property] = level
            } else {
                let hint = Spelling.hint(for: text, among: LogLevel.allCases.map(\.rawValue))
                findings.warn("unknown log level \(quoted(text))\(hint): using \(field.text(in: config))", at: place)
            }
        case (_, .list(_, let place)), (_, .map(let place)):
            findings.warn(
                "'\(name)' must be \(field.expectation), not \(input.noun): using \(field.text(in: config))", at: place)
        }
    }

    private func readInteger(
        _ text: String, at place: ConfigPlace, unit: ConfigUnit, range: ClosedRange<Int>, into value: inout Int,
        _ findings: inout ConfigFindings
    ) {
        guard let wanted = unit.read(text) else {
            let hint = unit.spelling(of: text).map { " (write \($0))" } ?? ""
            findings.warn(
                "'\(name)' must be \(unit.expectation), not \(quoted(text))\(hint): using \(value)", at: place)
            return
        }
        if wanted < range.lowerBound {
            // Not clamped: the contract of a log is that such a number means the default.
            findings.warn(
                "'\(name)' must be at least \(range.lowerBound), not \(quoted(text)): using \(value)", at: place)
        } else if wanted > range.upperBound {
            value = range.upperBound
            findings.warn(
                "'\(name)' must be at most \(range.upperBound), not \(quoted(text)): using \(value)", at: place)
        } else {
            value = wanted
        }
    }

    /// An unknown name is kept in memory, as the contract of a log says, also where the entry would inherit another.
    private func readBackend(_ text: String, at place: ConfigPlace, findings: inout ConfigFindings) -> BackendKind {
        guard let kind = BackendKind(name: text) else {
            // `no` is one letter from too much, `on` among it.
            let names = BackendKind.allCases.flatMap { [$0.rawValue] + $0.aliases }.filter { $0.count > 2 }
            let hint = Spelling.hint(for: text, among: names)
            findings.warn("unknown backend \(quoted(text))\(hint): kept in memory", at: place)
            return .memory
        }
        if kind.substitute != kind {
            findings.warn("\(kind.rawValue) is not available yet: kept in \(kind.substitute.rawValue)", at: place)
        }
        return kind
    }

    /// A text is a comma list, as in the environment; an entry of a list is one address. Nil where one is none: the
    /// daemon does not start, since it could neither be reached there nor be trusted to listen where nobody asked.
    private func readAddresses(_ input: ConfigInput, findings: inout ConfigFindings) -> [ListenAddress]? {
        let entries: [ConfigInput]
        switch input {
        case .nothing: entries = []
        case .text(let text, let place): entries = text.split(separator: ",").map { .text(String($0), place) }
        case .list(let items, _): entries = items
        case .map: entries = [input]
        }
        var addresses: [ListenAddress] = []
        var isUsable = true
        for entry in entries {
            guard case .text(let text, let place) = entry else {
                findings.fail("not an address: it is \(entry.noun)", at: entry.place)
                isUsable = false
                continue
            }
            do throws(ListenAddressError) {
                let address = try ListenAddress(text)
                if addresses.contains(address), !address.isEphemeral {
                    findings.warn("the address \(quoted(text)) is listed twice", at: place)
                } else {
                    addresses.append(address)
                    findings.addressPlaces[address] = place
                }
            } catch {
                findings.fail("not an address: \(quoted(text)): \(error)", at: place)
                isUsable = false
            }
        }
        return isUsable ? addresses : nil
    }
}

extension ListenAddress {
    /// Whether the kernel chooses the port, so that the same text twice makes two sockets.
    fileprivate var isEphemeral: Bool {
        if case .tcp(_, 0) = self { true } else { false }
    }
}
