"""Server processes: start, wait until ready, account CPU and memory of all of them, stop."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from .errors import Missing
from .wire import Connection, request

_LOG_TAIL_BYTES = 4096
# A server at rest still wakes for its timers.
_AT_REST_US_PER_50_MS = 2_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A server and everything that it forks, in a process group of its own."""

    def __init__(self, argv: list[str], directory: Path, environment: dict[str, str] | None = None) -> None:
        self._log = directory / f"{Path(argv[0]).name}.log"
        self.started = time.monotonic()
        with self._log.open("wb") as log:
            self._popen = subprocess.Popen(
                argv, cwd=directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, **(environment or {})})

    @property
    def pid(self) -> int:
        return self._popen.pid

    def log_tail(self) -> str:
        """The last line that it wrote, as far as it is text: what a crashed process writes may not be."""
        with self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - _LOG_TAIL_BYTES))
            lines = log.read().decode("ascii", "replace").strip().splitlines()
        line = "".join(character for character in lines[-1] if " " <= character <= "~") if lines else ""
        return line[-200:] or "(it printed nothing)"

    def alive(self) -> bool:
        return self._popen.poll() is None

    def raise_if_dead(self) -> None:
        if (status := self._popen.poll()) is not None:
            raise Missing(f"ended with status {status}: {self.log_tail()}")

    def pids(self) -> list[int]:
        found, rest = [], [self.pid]
        while rest:
            pid = rest.pop()
            found.append(pid)
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    rest += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found

    def stop(self) -> None:
        if self._popen.poll() is None:
            self._popen.send_signal(signal.SIGTERM)
            try:
                self._popen.wait(10)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.pid, signal.SIGKILL)  # what it forked and left behind
        except ProcessLookupError:
            pass
        self._popen.wait()


def cpu_us(processes: list[Process]) -> float:
    """User and system time so far, in microseconds, of every thread of every process, ended threads included."""
    total = 0
    for process in processes:
        for pid in process.pids():
            # The sum of utime and stime of /proc/PID/stat, in nanoseconds instead of ticks of 10 ms. The clock's number
            # is what clock_getcpuclockid(3) makes of a process id on Linux: its complement, and CPUCLOCK_SCHED.
            try:
                total += time.clock_gettime_ns((~pid << 3) | 2)
            except OSError:
                continue
    return total / 1e3


def memory_bytes(processes: list[Process], measure: str) -> int:
    """`Rss` or `Pss` of all processes; Pss counts a page that several of them share once."""
    total = 0
    for process in processes:
        for pid in process.pids():
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except (FileNotFoundError, ProcessLookupError):
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith(f"{measure}:"))
    return total * 1024


def wait_until_ready(process: Process, port: int, path: str, status: int, patience: float = 30) -> float:
    """Asks `path` until it answers with `status`; returns the seconds since the process was started."""
    deadline = process.started + patience
    while time.monotonic() < deadline:
        process.raise_if_dead()
        try:
            with Connection(port, timeout=5) as connection:
                if connection.exchange(request("GET", path)).status == status:
                    return time.monotonic() - process.started
        except OSError:
            time.sleep(0.0005)
    raise Missing(f"not ready after {patience:.0f} s: {process.log_tail()}")


def settle(processes: list[Process], patience: float = 60) -> None:
    """Waits until the processes are at rest, so that one's backlog does not run in the next one's turn."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        before = cpu_us(processes)
        time.sleep(0.05)
        if cpu_us(processes) - before <= _AT_REST_US_PER_50_MS:
            return
