from ..environment import BENCHMARKS, output_of
from ..processes import Process
from .event_log_api import EventLogAPI

_FOLDER = BENCHMARKS / "pythonlog"


class PythonLog(EventLogAPI):
    name = "python"
    about = "a deque, a lock and a linear scan behind FastAPI on uvicorn (uvloop, httptools), one process"
    ready_path = "/readyz"

    def prepare(self) -> None:
        self._bin = self.environment.virtual_environment(_FOLDER / "requirements.txt")
        names = ("fastapi", "uvicorn")
        listed = output_of([str(self._bin / "pip"), "show", *names]).splitlines()
        versions = [line.partition(": ")[2] for line in listed if line.startswith("Version: ")]
        self.version = ", ".join(map(" ".join, zip(names, versions)))

    def launch(self) -> Process:
        self.processes = [Process(
            [str(self._bin / "uvicorn"), "server:app", "--app-dir", str(_FOLDER), "--host", "127.0.0.1",
             "--port", str(self.port), "--no-access-log", "--log-level", "warning"],
            self.environment.directory("python"), {"PYTHONDONTWRITEBYTECODE": "1"})]
        return self.processes[0]
