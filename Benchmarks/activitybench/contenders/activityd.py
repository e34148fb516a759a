import json

from ..environment import output_of
from ..errors import Missing, WrongAnswer
from ..processes import Process
from ..wire import request
from .contender import BIG, IDLE, IDLE_TTL_SECONDS, MAX_ENTRIES
from .event_log_api import EventLogAPI

_CONFIGURATION = f"""\
server:
  listen: 127.0.0.1:{{port}}
  max_connections: 100000
  max_workspaces: 1000000
observability:
  log_level: warning
  event_log:
    backend: memory
    ttl_seconds: 86400
    max_entries: {MAX_ENTRIES}
workspaces:
  "{BIG}*":
    event_log:
      max_entries: 2000000
      max_bytes: 1073741824
  "{IDLE}*":
    event_log:
      ttl_seconds: {IDLE_TTL_SECONDS}
"""


class Activityd(EventLogAPI):
    name = "activityd"
    about = "release build, memory backend, one worker per core"
    ready_path = "/readyz"

    def prepare(self) -> None:
        if not self.environment.binary.exists():
            raise Missing(f"no binary at {self.environment.binary.name}; `make release` builds it")
        self.version = output_of([str(self.environment.binary), "--version"])

    def launch(self) -> Process:
        directory = self.environment.directory("activityd")
        path = directory / f"{self.port}.yaml"
        path.write_text(_CONFIGURATION.format(port=self.port))
        self.processes = [Process([str(self.environment.binary), "serve", "--config", str(path)], directory)]
        return self.processes[0]

    def conditional_poll(self, workspace: str) -> bytes:
        path = f"/workspaces/{workspace}/activity?since={self.cursor(workspace, 0)}"
        with self.connect() as connection:
            tag = connection.exchange(request("GET", path)).header("ETag")
        if not tag:
            raise WrongAnswer("a read without an ETag")
        return request("GET", path, {"If-None-Match": tag})

    def live_path(self, workspace: str) -> str:
        return f"/workspaces/{workspace}/activity"

    def parked_path(self, workspace: str) -> str:
        return f"/workspaces/{workspace}/activity?since=0&wait=30"

    def publish(self, workspace: str) -> tuple[str, str, str]:
        event = {"workspace_id": workspace, "kind": "bench.tick", "payload": {"t": "%T"}}
        return "/events", "application/json", json.dumps(event, separators=(",", ":"))
