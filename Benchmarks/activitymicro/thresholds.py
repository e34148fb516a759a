"""thresholds.json: what each operation took when it was last accepted, and with which toolchain."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .callgrind import Counts

# How much an operation may take on top of its threshold.
TOLERANCE = 0.05
# Digits that are kept; amortised work is a fraction of an operation.
_DIGITS = {"instructions": 1, "allocations": 4}


@dataclass
class Thresholds:
    toolchain: dict[str, str] = field(default_factory=dict)
    operations: dict[str, Counts] = field(default_factory=dict)

    @staticmethod
    def load(path: Path) -> "Thresholds":
        if not path.exists():
            return Thresholds()
        document = json.loads(path.read_text())
        operations = {name: Counts(**counts) for name, counts in document["operations"].items()}
        return Thresholds(document["toolchain"], operations)

    def save(self, path: Path) -> None:
        def block(entries: dict[str, object]) -> str:
            # One line an entry, so that a change of one is a change of one line.
            return ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in entries.items())

        operations = {name: asdict(rounded(counts)) for name, counts in self.operations.items()}
        path.write_text(
            f'{{\n  "toolchain": {{\n{block(self.toolchain)}\n  }},\n'
            f'  "operations": {{\n{block(operations)}\n  }}\n}}\n')

    def other_toolchain(self, toolchain: dict[str, str]) -> list[str]:
        """What differs from the toolchain that these are of, a sentence each: then no count can be held against them."""
        return [
            f"{name} is {toolchain.get(name, 'unknown')}, the thresholds are of {self.toolchain.get(name, 'unknown')}"
            for name in sorted({*toolchain, *self.toolchain}) if toolchain.get(name) != self.toolchain.get(name)]


def rounded(counts: Counts) -> Counts:
    return Counts(**{name: round(value, _DIGITS[name]) for name, value in asdict(counts).items()})


@dataclass
class Comparison:
    """Counts against thresholds, in sentences."""

    # The two do not name the same operations.
    mismatches: list[str] = field(default_factory=list)
    # What grew beyond the tolerance.
    growths: list[str] = field(default_factory=list)
    # What shrank as much: the threshold no longer guards it.
    gains: list[str] = field(default_factory=list)


def compare(thresholds: Thresholds, measured: dict[str, Counts], known: set[str]) -> Comparison:
    """Holds what was measured against the thresholds; `known` are all operations, also those that were not measured."""
    comparison = Comparison()
    for name in thresholds.operations.keys() - known:
        comparison.mismatches.append(f"{name} has a threshold and is no operation")
    for name, counts in measured.items():
        threshold = thresholds.operations.get(name)
        if threshold is None:
            comparison.mismatches.append(f"{name} has no threshold")
            continue
        for what, digits in _DIGITS.items():
            before, now = getattr(threshold, what), round(getattr(counts, what), digits)
            text = f"{name}: {now:,.{digits}f} {what}, threshold {before:,.{digits}f}{_percent(before, now)}"
            if now > before * (1 + TOLERANCE):
                comparison.growths.append(text)
            elif now < before * (1 - TOLERANCE):
                comparison.gains.append(text)
    return comparison


def _percent(before: float, now: float) -> str:
    return f" ({(now / before - 1) * 100:+.1f} %)" if before else ""
