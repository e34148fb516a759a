"""The release binary under callgrind, counted over a part of its life."""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from activitybench.processes import Process, free_port, wait_until_ready
from activitybench.wire import Connection, Reply
from activitymicro.callgrind import ENVIRONMENT
from activitymicro.errors import MeasuringFailed

_CONFIGURATION = """\
server:
  listen: 127.0.0.1:{port}
  workers: 1
observability:
  log_level: warning
  event_log:
    ttl_seconds: 86400
"""
# callgrind makes a start take seconds.
_PATIENCE_SECONDS = 120


class ProfiledServer:
    """activityd with one worker and one client, from its start until this is left."""

    def __init__(self, program: Path, directory: Path) -> None:
        self._directory = directory
        self._dumps = 0
        self._port = free_port()
        configuration = directory / "activityd.yaml"
        configuration.write_text(_CONFIGURATION.format(port=self._port))
        self._process = Process(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={directory / 'profile'}", str(program), "serve",
             "--config", str(configuration)], directory, ENVIRONMENT)

    def __enter__(self) -> "ProfiledServer":
        wait_until_ready(self._process, self._port, "/readyz", 200, _PATIENCE_SECONDS)
        self._connection = Connection(self._port)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.stop()

    def exchange(self, request: bytes, status: int) -> Reply:
        reply = self._connection.exchange(request)
        if reply.status != status:
            raise MeasuringFailed(f"status {reply.status} instead of {status}: {reply.body[:120]!r}")
        return reply

    def profile(self, requests: Iterable[bytes], status: int) -> list[str]:
        """What the process did, all threads, while it answered these requests one after the other."""
        self._dump()
        for request in requests:
            self.exchange(request, status)
        return self._dump().read_text(errors="replace").splitlines()

    def _dump(self) -> Path:
        """Writes what was counted since the last time."""
        self._dumps += 1
        path = self._directory / f"profile.{self._dumps}"
        done = subprocess.run(
            ["vgdb", f"--pid={self._process.pid}", "dump"], capture_output=True, text=True, timeout=_PATIENCE_SECONDS)
        if done.returncode != 0 or not path.exists():
            raise MeasuringFailed(f"callgrind did not dump: {done.stderr.strip()}")
        return path
