"""What instruction counts depend on besides the source: compiler, libraries, and what the processor offers them."""

import os
import platform
import re
import subprocess
from pathlib import Path


def facts() -> dict[str, str]:
    return {
        "swift": _found(r"Swift version (\S+)", ["swift", "--version"]),
        "processor": f"{platform.machine()}{' with AVX2' if _has_avx2() else ''}",
        "glibc": (os.confstr("CS_GNU_LIBC_VERSION") or "unknown").removeprefix("glibc "),
        "simdjson": _found(r"(\S+)", ["pkg-config", "--modversion", "simdjson"]),
        "valgrind": _found(r"valgrind-(\S+)", ["valgrind", "--version"]),
    }


def _has_avx2() -> bool:
    # glibc and simdjson choose their vector code by it, under valgrind too; wider vectors are hidden by valgrind.
    flags = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")), "")
    return "avx2" in flags.split()


def _found(pattern: str, command: list[str]) -> str:
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    match = re.search(pattern, done.stdout)
    return match[1] if match else "unknown"
