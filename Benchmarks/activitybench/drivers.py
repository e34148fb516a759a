"""The load generators: wrk, redis-benchmark, and our own fanout for live readers. Each runs for a fixed time."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .environment import BENCHMARKS, Environment
from .errors import WrongAnswer

# A request that takes longer counts as an error, not as slow.
_REQUEST_TIMEOUT_SECONDS = 30


@dataclass
class Load:
    """What one turn of a driver saw. Times in microseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    bytes: int = 0
    errors: int = 0  # answers of status 400 and above, and socket errors


@dataclass
class Wrk:
    """Requests as raw bytes; with `workspaces` above 1 they are templates (see wrk/requests.lua).

    %R, wherever it stands, becomes the two last digits of the seed.
    """

    directory: Path
    name: str
    get: bytes | None = None
    post: bytes | None = None
    post_share: float = 0
    workspaces: int = 1
    exponent: float = 0

    def command(self, port: int, connections: int, seconds: float, seed: int) -> list[str]:
        files = []
        for method, raw in (("get", self.get), ("post", self.post)):
            path = self.directory / f"{self.name}.{method}"
            if raw is not None:
                path.write_bytes(raw.replace(b"%R", f"{seed % 100:02d}".encode()))
            files.append(str(path) if raw is not None else "-")
        return [
            "wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", f"--timeout={_REQUEST_TIMEOUT_SECONDS}s",
            "-s", str(BENCHMARKS / "wrk" / "requests.lua"), f"http://127.0.0.1:{port}/", "--", *files,
            str(self.post_share), str(self.workspaces), str(self.exponent), str(seed)]

    def start(self, port: int, connections: int, seconds: float, seed: int) -> "RunningWrk":
        return RunningWrk(self.command(port, connections, seconds, seed), seconds)

    def run(self, port: int, connections: int, seconds: float, seed: int) -> Load:
        return self.start(port, connections, seconds, seed).finish()


class RunningWrk:
    def __init__(self, command: list[str], seconds: float) -> None:
        self._patience = seconds + 2 * _REQUEST_TIMEOUT_SECONDS
        self._popen = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def finish(self) -> Load:
        try:
            output, _ = self._popen.communicate(timeout=self._patience)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
            raise WrongAnswer("wrk does not end") from None
        line = next((line for line in output.splitlines() if line.startswith("{")), None)
        if line is None:
            raise WrongAnswer(f"wrk: {output.strip()[:200]}")
        seen = json.loads(line)
        return Load(
            seen["requests"], seen["seconds"], seen["p50_us"], seen["p99_us"], seen["bytes"],
            seen["refused"] + seen["socket_errors"])


@dataclass
class RedisBenchmark:
    arguments: list[str]
    rate: float = 500_000  # a guess of its rate, corrected by each turn, so that a turn lasts as long as the others'

    def run(self, port: int, connections: int, seconds: float, seed: int) -> Load:
        command = [
            "redis-benchmark", "-p", str(port), "-c", "1", "-P", "100", "-n", str(round(self.rate * seconds)), "--csv",
            *self.arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20 * seconds + 60)
        # The test's name, which may hold commas and quotes, then requests per second, then milliseconds: average,
        # minimum, p50, p95, p99, maximum.
        fields = [field.strip('"') for field in done.stdout.strip().rpartition("\n")[2].rsplit(",", 7)]
        if len(fields) != 8:
            raise WrongAnswer(f"redis-benchmark: {(done.stderr or done.stdout).strip()[:200]}")
        rate, p50, p99 = float(fields[1]), float(fields[4]), float(fields[6])
        requests = round(self.rate * seconds)
        self.rate = rate
        return Load(requests, requests / rate, p50 * 1e3, p99 * 1e3)


@dataclass
class Fanout:
    program: Path
    arguments: list[str]

    @staticmethod
    def make(environment: Environment, **options: object) -> "Fanout":
        arguments = []
        for name, value in options.items():
            arguments.append(f"--{name.replace('_', '-')}")
            if value is not True:
                arguments.append(str(value))
        return Fanout(environment.compile("driver/fanout.c"), arguments)

    def run(self, connected: Callable[[int, int], None]) -> dict[str, float]:
        """Calls `connected(open, failed)` when all readers are, before the first event; returns what was seen."""
        with FanoutReaders(self) as readers:
            connected(readers.open, readers.failed)
            return readers.publish()


class FanoutReaders:
    """Live readers that are connected for as long as this lives."""

    def __init__(self, fanout: Fanout) -> None:
        self._popen = subprocess.Popen(
            [str(fanout.program), *fanout.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.open = self.failed = 0

    def __enter__(self) -> "FanoutReaders":
        words = self._popen.stdout.readline().split()
        if len(words) != 3:
            self.__exit__()
            raise WrongAnswer("fanout could not connect its readers")
        self.open, self.failed = int(words[1]), int(words[2])
        return self

    def publish(self) -> dict[str, float]:
        self._popen.stdin.write("go\n")
        self._popen.stdin.flush()
        line = self._popen.stdout.readline()
        if not line:
            raise WrongAnswer("the publisher's connection was closed")
        return json.loads(line)

    def __exit__(self, *_: object) -> None:
        self._popen.stdin.close()
        try:
            self._popen.wait(30)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
