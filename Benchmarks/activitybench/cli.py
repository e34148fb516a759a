"""The command line of Benchmarks/run."""

import argparse
import fnmatch
import os
import signal
import sys
from pathlib import Path

from . import machine, report
from .bars import Bar
from .environment import BENCHMARKS, ROOT, Environment
from .errors import Missing
from .plot import svg
from .results import Row
from .runner import Runner
from .workloads import WORKLOADS
from .works.work import Work


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/run",
        description="Compares activityd with its floor and its peers on this machine, and writes docs/benchmarks.md and "
        "docs/benchmarks.svg. Timings decide nothing: it ends with 0 also when a bar is not met.")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contender in each row (5)")
    parser.add_argument("--seconds", type=float, default=3, help="how long a turn is; live rows take three times (3)")
    parser.add_argument("--only", metavar="PATTERN", help="rows whose name matches, * and ? as in file names; comma list")
    parser.add_argument("--contenders", metavar="PATTERN", help="contenders whose name matches; comma list; no documents")
    parser.add_argument("--quick", action="store_true", help="a smoke run below 90 s: few rows, one round, no documents")
    parser.add_argument("--list", action="store_true", help="the names of the rows, and no more")
    parser.add_argument(
        "--binary", type=Path, default=ROOT / ".build" / "release" / "activityd", help="the activityd to measure")
    return parser.parse_args()


def _matches(name: str, patterns: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns.split(","))


def _selected(rows: str | None, contenders: str | None, quick: bool) -> list[Work]:
    works = [work for work in WORKLOADS if (_matches(work.name, rows) if rows else work.quick or not quick)]
    for work in works:
        work.contenders = tuple(kind for kind in work.contenders if _matches(kind.name, contenders or "*"))
    return [work for work in works if work.contenders]


def _raise_file_limit() -> None:
    """wrk and redis-benchmark inherit it."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _print_row(row: Row) -> None:
    print(f"\n{row.work.title} [{row.work.name}]\n{report.terminal(report.table(row))}", flush=True)


def main() -> int:
    arguments = _arguments()
    works = _selected(arguments.only, arguments.contenders, arguments.quick)
    if arguments.list:
        for work in works:
            print(f"{work.name:<26} {work.title}")
        return 0
    if not works:
        print("bench: no row and contender match; --list names the rows", file=sys.stderr)
        return 64
    if arguments.quick:
        arguments.rounds, arguments.seconds = 1, 1
    # SIGTERM unwinds, so that every server is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    _raise_file_limit()
    environment = Environment(arguments.binary.resolve())
    try:
        environment.require("wrk", "wrk")
        environment.require("gcc", "cc")
    except Missing as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    runner = Runner(environment, arguments.rounds, arguments.seconds)
    results = runner.run(works, _print_row)
    bars = Bar.load(BENCHMARKS / "bars.toml")
    print(f"\nBars\n{report.terminal(report.bars_table(bars, results))}")
    if arguments.quick or arguments.only or arguments.contenders:
        return 0
    command = " ".join(["Benchmarks/run", *(word for word in sys.argv[1:] if os.sep not in word)])
    documents = ROOT / "docs"
    documents.mkdir(exist_ok=True)
    (documents / "benchmarks.svg").write_text(svg(results))
    (documents / "benchmarks.md").write_text(report.document(
        results, bars, machine.facts(), runner.contenders(), command, "benchmarks.svg"))
    print("\nbench: wrote docs/benchmarks.md and docs/benchmarks.svg", file=sys.stderr)
    return 0
