"""System calls per keep-alive request, counted by strace."""

import re
import signal
import subprocess
from dataclasses import dataclass

from ..contenders import Activityd, Contender, Floor
from ..errors import Missing
from ..wire import Connection
from .http_work import AppendWork, PollWork
from .work import Metrics, Turn, rest

_REQUESTS = 1_000
_COLUMNS = (("syscalls", "syscalls/request"),)
# The row "total" of strace -c: percent, seconds, microseconds per call, calls, errors, name.
_TOTAL = re.compile(r"^\s*100\.00\s+\S+\s+(?:\S+\s+)?(\d+)\s+(?:\d+\s+)?total$", re.MULTILINE)


class _Strace:
    def __init__(self, contender: Contender) -> None:
        self._output = contender.environment.directory("strace") / contender.name
        pids = [str(pid) for process in contender.processes for pid in process.pids()]
        arguments = [argument for pid in pids for argument in ("-p", pid)]
        self._popen = subprocess.Popen(
            ["strace", "-f", "-c", "-o", str(self._output), *arguments], stderr=subprocess.PIPE, text=True)
        line = self._popen.stderr.readline()
        if "attached" not in line:
            self._popen.kill()
            self._popen.wait()
            raise Missing(f"strace: {line.strip()}")
        # The remaining threads are attached within this time; strace has no way to say so.
        rest(0.5)

    def total(self) -> int:
        self._popen.send_signal(signal.SIGINT)
        self._popen.wait(10)
        found = _TOTAL.search(self._output.read_text())
        return int(found[1]) if found else 0


def _measure(contender: Contender, raw: bytes) -> Metrics:
    contender.environment.require("strace", "strace")
    with Connection(contender.port) as connection:
        connection.exchange(raw)
        strace = _Strace(contender)
        for _ in range(_REQUESTS):
            connection.exchange(raw)
        return {"syscalls": strace.total() / _REQUESTS, "errors": 0}


@dataclass(kw_only=True)
class AppendSyscallWork(AppendWork):
    contenders: tuple[type[Contender], ...] = (Activityd, Floor)
    columns: tuple[tuple[str, str], ...] = _COLUMNS
    headline: str = "syscalls"

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        return _measure(contender, self._plans[contender.name].load.post)


@dataclass(kw_only=True)
class PollSyscallWork(PollWork):
    contenders: tuple[type[Contender], ...] = (Activityd, Floor)
    columns: tuple[tuple[str, str], ...] = _COLUMNS
    headline: str = "syscalls"

    def measure(self, contender: Contender, turn: Turn) -> Metrics:
        return _measure(contender, self._plans[contender.name].load.get)
