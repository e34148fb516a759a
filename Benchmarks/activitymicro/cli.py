"""The command line of Benchmarks/micro."""

import argparse
import fnmatch
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import callgrind, toolchain
from .callgrind import Counts
from .errors import MeasuringFailed
from .thresholds import TOLERANCE, Thresholds, compare, rounded

_BENCHMARKS = Path(__file__).resolve().parent.parent
_ROOT = _BENCHMARKS.parent
# The release's flags: what is counted is what is installed.
_BUILD = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", "activity-micro"]


@dataclass(frozen=True)
class Operation:
    name: str
    count: int
    title: str


Measure = Callable[[list[Operation]], dict[str, Counts]]


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/micro",
        description="Counts instructions and allocations of single operations of the core, and ends with 1 when one of "
        f"them takes {TOLERANCE:.0%} more than thresholds.json says. The counts are exact: they depend on the source "
        "and the toolchain, not on the machine's load.")
    parser.add_argument("--update", action="store_true", help="write the counts to the thresholds")
    parser.add_argument("--only", metavar="PATTERN", default="*", help="operations whose name matches; comma list")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at a time (one per core)")
    parser.add_argument("--thresholds", type=Path, default=_BENCHMARKS / "thresholds.json", help="another file")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    arguments = _arguments(words)
    try:
        program = _build()
        with tempfile.TemporaryDirectory(prefix="activity-micro.") as directory:
            stripped = callgrind.without_debug_information(program, Path(directory))
            return judge(
                arguments, _operations(program), toolchain.facts(),
                lambda operations: _measure(stripped, operations, arguments.jobs))
    except (MeasuringFailed, OSError, ValueError) as error:
        print(f"micro: {error}", file=sys.stderr)
        return 1


def judge(
    arguments: argparse.Namespace, operations: list[Operation], facts: dict[str, str], measure: Measure
) -> int:
    """Measures what was asked for, prints it, and says by the exit status whether it is within the thresholds."""
    patterns = arguments.only.split(",")
    chosen = [one for one in operations if any(fnmatch.fnmatchcase(one.name, pattern) for pattern in patterns)]
    if not chosen:
        print(f"micro: no operation matches {arguments.only}", file=sys.stderr)
        return 64
    thresholds = Thresholds.load(arguments.thresholds)
    differences = thresholds.other_toolchain(facts)
    if arguments.update and differences and len(chosen) < len(operations):
        print("micro: another toolchain needs all operations measured: leave --only out", file=sys.stderr)
        return 64
    measured = measure(chosen)
    print(_table(chosen, measured, thresholds))
    if arguments.update:
        counts = {**thresholds.operations, **measured}
        kept = {one.name: counts[one.name] for one in operations if one.name in counts}
        Thresholds(facts, kept).save(arguments.thresholds)
        print(f"micro: wrote {arguments.thresholds.name}")
        return 0
    comparison = compare(thresholds, measured, {one.name for one in operations})
    for text in comparison.mismatches:
        print(f"micro: error: {text}; --update writes the file", file=sys.stderr)
    for text in differences:
        print(f"micro: {text}: nothing is held against them")
    for text in comparison.gains:
        print(f"micro: gained: {text}; --update keeps it")
    for text in comparison.growths:
        print(f"micro: {'' if differences else 'error: '}grew: {text}", file=sys.stderr)
    return 1 if comparison.mismatches or (comparison.growths and not differences) else 0


def _build() -> Path:
    print("micro: building", file=sys.stderr, flush=True)
    done = subprocess.run(_BUILD, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise MeasuringFailed(f"{' '.join(_BUILD)} failed:\n{done.stdout[-4000:]}")
    return _ROOT / ".build" / "release" / "activity-micro"


def _operations(program: Path) -> list[Operation]:
    done = subprocess.run([str(program)], capture_output=True, text=True, check=False, timeout=60)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    if done.returncode != 0 or not rows or any(len(row) != 3 for row in rows):
        raise MeasuringFailed(f"{program.name} does not list its operations")
    return [Operation(name, int(count), title) for name, count, title in rows]


def _measure(program: Path, operations: list[Operation], jobs: int) -> dict[str, Counts]:
    print(f"micro: counting {len(operations)} operations", file=sys.stderr, flush=True)
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        pairs = [
            [pool.submit(callgrind.run, program, [one.name, str(times * one.count)]) for times in (1, 2)]
            for one in operations]
        return {
            one.name: once.result().per_operation(twice.result(), one.count)
            for one, (once, twice) in zip(operations, pairs)}


def _table(operations: list[Operation], measured: dict[str, Counts], thresholds: Thresholds) -> str:
    rows = [("operation", "instructions", "change", "allocations", "what it is")]
    for one in operations:
        counts = rounded(measured[one.name])
        before = thresholds.operations.get(one.name)
        change = f"{(counts.instructions / before.instructions - 1) * 100:+.1f} %" if before else "new"
        rows.append((one.name, f"{counts.instructions:,.1f}", change, f"{counts.allocations:,.4f}", one.title))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:>{widths[3]}}  {row[4]}"
        for row in rows)
