"""Runs a program under valgrind's callgrind and reads what it counted.

The format: https://valgrind.org/docs/manual/cl-format.html
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .errors import MeasuringFailed

# What a counted program runs in. Nothing else is inherited: the environment lies on the program's stack.
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C",
    # Hash seeds would make two runs differ.
    "SWIFT_DETERMINISTIC_HASHING": "1",
    # callgrind counts `rep movsb` once a byte, which takes a copy for a thousand times what it costs: glibc is told to
    # copy and clear by vector instructions.
    "GLIBC_TUNABLES": "glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000",
}
_PATIENCE_SECONDS = 300

# glibc's ways to get memory. Each call of one of them is an allocation; C++'s new and Swift's objects end here too.
ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign", "valloc", "pvalloc"}

_NAME = re.compile(r"\((\d+)\)(?: (.*))?")
_RECURSION = re.compile(r"'\d+$")


@dataclass(frozen=True)
class Counts:
    """Of a run, or of one operation."""

    instructions: float
    allocations: float

    def per_operation(self, twice: "Counts", count: int) -> "Counts":
        """What one of `count` operations takes, when this run did `count` of them and the other one twice as many."""
        return Counts(
            (twice.instructions - self.instructions) / count, (twice.allocations - self.allocations) / count)


def without_debug_information(program: Path, directory: Path) -> Path:
    """A copy of the program that valgrind can load: it gives up on some DWARF 5 forms up to 3.19. Symbols stay."""
    stripped = directory / program.name
    try:
        subprocess.run(["objcopy", "--strip-debug", str(program), str(stripped)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise MeasuringFailed(f"objcopy of {program.name}: {error}") from None
    return stripped


def run(program: Path, arguments: list[str]) -> Counts:
    """Counts a whole run of the program."""
    with tempfile.NamedTemporaryFile(prefix="callgrind.") as profile:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile.name}", str(program), *arguments]
        try:
            done = subprocess.run(
                command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=_PATIENCE_SECONDS)
        except FileNotFoundError:
            raise MeasuringFailed("no valgrind on PATH; `make bench-micro` installs it") from None
        except subprocess.TimeoutExpired:
            raise MeasuringFailed(f"{' '.join(arguments)}: not done after {_PATIENCE_SECONDS} s") from None
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise MeasuringFailed(f"{' '.join(arguments)}: status {done.returncode}: {last}")
        return read(Path(profile.name).read_text(errors="replace").splitlines())


def read(lines: Iterable[str]) -> Counts:
    """The counts of a profile."""
    names: dict[str, str] = {}
    callee = ""
    instructions: int | None = None
    allocations = 0
    for line in lines:
        if line.startswith(("fn=", "cfn=")):
            key, _, value = line.partition("=")
            name = function_name(value, names)
            if key == "cfn":
                callee = name
        elif line.startswith("calls="):
            if callee in ALLOCATORS:
                allocations += int(line[6:].split()[0])
        elif line.startswith(("totals:", "summary:")):
            instructions = int(line.split()[1])
    if instructions is None:
        raise MeasuringFailed("callgrind wrote a profile without totals")
    return Counts(instructions, allocations)


def function_name(value: str, names: dict[str, str]) -> str:
    """The name behind `(7) name` or, later on, `(7)`; callgrind's marks of recursion are dropped."""
    match = _NAME.fullmatch(value)
    if match is None:
        return value
    number, name = match.groups()
    if name is not None:
        names[number] = _RECURSION.sub("", name)
    return names[number]
