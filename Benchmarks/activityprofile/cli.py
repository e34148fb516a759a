"""The command line of Benchmarks/profile."""

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from activitybench.environment import ROOT
from activitybench.errors import Missing, WrongAnswer
from activitybench.events import append_body, draft
from activitybench.wire import request
from activitymicro import toolchain
from activitymicro.callgrind import without_debug_information
from activitymicro.errors import MeasuringFailed

from . import tables
from .profile import Profile
from .server import ProfiledServer

_DOCUMENT = ROOT / "docs" / "performance.md"
_PART = re.compile(r"(<!-- Benchmarks/profile -->\n).*(<!-- end -->\n)", re.DOTALL)
_RESIDENT = 10_000
_WARM_UP = 300


@dataclass(frozen=True)
class Work:
    title: str
    request: bytes
    status: int


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/profile",
        description="Prints where the instructions of an append and of polls go, by room and function: the release binary "
        "under callgrind, one worker, one kept connection, the kernel left out.")
    parser.add_argument("--update", action="store_true", help="put the tables into docs/performance.md")
    parser.add_argument("--requests", type=int, default=2_000, help="of each kind (2000)")
    parser.add_argument("--functions", type=int, default=3, help="most of a room (3)")
    parser.add_argument(
        "--binary", type=Path, default=ROOT / ".build" / "release" / "activityd", help="the activityd to profile")
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    try:
        text = _document(arguments)
    except (MeasuringFailed, Missing, WrongAnswer, OSError, subprocess.SubprocessError) as error:
        print(f"profile: {error}", file=sys.stderr)
        return 1
    if not arguments.update:
        print(text)
        return 0
    document, found = _PART.subn(lambda match: f"{match[1]}\n{text}\n{match[2]}", _DOCUMENT.read_text())
    if found != 1:
        print(f"profile: {_DOCUMENT.name} has no place for the tables", file=sys.stderr)
        return 1
    _DOCUMENT.write_text(document)
    return 0


def _document(arguments: argparse.Namespace) -> str:
    if not arguments.binary.exists():
        raise MeasuringFailed("no binary; `make release` builds it")
    parts = [", ".join(f"{name} {value}" for name, value in toolchain.facts().items()) + "."]
    with tempfile.TemporaryDirectory(prefix="activity-profile.") as directory:
        program = without_debug_information(arguments.binary, Path(directory))
        with ProfiledServer(program, Path(directory)) as server:
            for work in _works(server):
                for _ in range(_WARM_UP):
                    server.exchange(work.request, work.status)
                profile = Profile.read(server.profile([work.request] * arguments.requests, work.status))
                parts.append(tables.section(work.title, profile, arguments.requests, arguments.functions))
    return "\n\n".join(parts)


def _works(server: ProfiledServer) -> list[Work]:
    """Fills a workspace and returns what to ask; the appends come last, since they move what polls read."""
    lines = "\n".join([draft("profile")] * 1_000).encode()
    batch = request("POST", "/events", {"Content-Type": "application/x-ndjson"}, lines)
    for _ in range(_RESIDENT // 1_000):
        server.exchange(batch, 201)
    path = "/workspaces/profile/activity?since="
    tag = server.exchange(request("GET", f"{path}{_RESIDENT}"), 200).header("ETag")
    return [
        Work("Poll, nothing new, If-None-Match", request("GET", f"{path}{_RESIDENT}", {"If-None-Match": tag}), 304),
        Work("Poll 100 events", request("GET", f"{path}{_RESIDENT - 100}"), 200),
        Work(
            "Append one event",
            request("POST", "/events", {"Content-Type": "application/json"}, append_body("profile")), 201),
    ]
