from ..processes import Process, free_port
from .contender import Contender
from .webdis import start_redis


class RedisPipeline(Contender):
    """Driven by redis-benchmark instead of wrk; see drivers.py."""

    name = "redis"
    about = "no HTTP: redis-benchmark pipelines one XADD per event over one connection"

    def prepare(self) -> None:
        self.environment.require("redis-server", "redis-server")
        self.environment.require("redis-tools", "redis-benchmark")

    def start(self) -> float:
        self.launch()
        return 0

    def launch(self) -> Process:
        self.port = free_port()
        self.processes = [start_redis(self.environment.directory("redis"), self.port)]
        return self.processes[0]
