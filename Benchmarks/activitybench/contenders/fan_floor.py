import socket
import time

from ..errors import Missing
from ..processes import Process, free_port
from .contender import Contender


class FanFloor(Contender):
    name = "floor"
    about = "C, one thread, one plain send() per reader and event"

    def prepare(self) -> None:
        self._program = self.environment.compile("floor/fanfloor.c")

    def start(self) -> float:
        self.port = free_port()
        server = self.launch()
        while True:
            server.raise_if_dead()
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return time.monotonic() - server.started
            except ConnectionRefusedError:
                if time.monotonic() - server.started > 10:
                    raise Missing("not listening after 10 s") from None
                time.sleep(0.0005)

    def launch(self) -> Process:
        directory = self.environment.directory("floor")
        self.processes = [Process([str(self._program), str(self.port)], directory)]
        return self.processes[0]

    def live_path(self, workspace: str) -> str:
        return f"/{workspace}"

    def publish(self, workspace: str) -> tuple[str, str, str]:
        # As long as activityd's event: the payload and what the wire form adds.
        event = '{"id":12345,"timestamp":1714217775.123456,"kind":"bench.tick","payload":{"t":"%T"}}'
        return f"/{workspace}", "application/json", event
