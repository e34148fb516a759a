"""The machine and the programs that figures belong to."""

import datetime
import os
import platform
from pathlib import Path

from .environment import output_of


def facts() -> list[tuple[str, str]]:
    return [
        ("processor", _processor()),
        ("cores", str(os.cpu_count())),
        ("memory", _memory()),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("distribution", platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")),
        ("libmicrohttpd", _package("libmicrohttpd12")),
        ("wrk", _package("wrk")),
        ("compiler", next(iter(output_of(["swift", "--version"]).splitlines()), "unknown")),
        ("date", datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")),
    ]


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> str:
    total = Path("/proc/meminfo").read_text().split()[1]
    return f"{int(total) / (1 << 20):.0f} GiB"


def _package(name: str) -> str:
    return output_of(["dpkg-query", "-W", "-f", "${Version}", name]) or "unknown"
