"""The straightforward way: a bounded deque per workspace, a lock, a linear scan, behind FastAPI.

usage: uvicorn server:app
"""

import json
import threading
import time
from collections import deque
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse

# The names and bounds of activitybench/contenders/contender.py.
MAX_ENTRIES = 10_000
BIG, BIG_ENTRIES = "big-", 2_000_000
IDLE, IDLE_TTL, TTL = "idle-", 2, 86_400


class EventLog:
    def __init__(self, workspace: str) -> None:
        self.events: deque[dict[str, Any]] = deque(maxlen=BIG_ENTRIES if workspace.startswith(BIG) else MAX_ENTRIES)
        self.ttl = IDLE_TTL if workspace.startswith(IDLE) else TTL
        self.next_id = 1
        self.lock = threading.Lock()

    def append(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            event = {"id": self.next_id, "timestamp": time.time(), "kind": kind, "payload": payload}
            self.next_id += 1
            self.events.append(event)
            self._evict()
            return event

    def query(self, since: int, limit: int) -> list[dict[str, Any]]:
        with self.lock:
            self._evict()
            return [event for event in self.events if event["id"] > since][:limit]

    def _evict(self) -> None:
        oldest = time.time() - self.ttl
        while self.events and self.events[0]["timestamp"] < oldest:
            self.events.popleft()


app = FastAPI()
logs: dict[str, EventLog] = {}


def append(draft: dict[str, Any]) -> dict[str, Any]:
    workspace = draft["workspace_id"]
    log = logs.get(workspace)
    if log is None:
        log = logs.setdefault(workspace, EventLog(workspace))
    return log.append(draft["kind"], draft.get("payload", {}))


@app.post("/events", status_code=201)
async def append_events(request: Request) -> JSONResponse:
    body = await request.body()
    if request.headers.get("content-type") == "application/x-ndjson":
        drafts = [json.loads(line) for line in body.splitlines()]
    else:
        drafts = json.loads(body)
    if isinstance(drafts, dict):
        return JSONResponse(append(drafts), 201)
    places = [{"workspace_id": draft["workspace_id"], "id": append(draft)["id"]} for draft in drafts]
    return JSONResponse({"count": len(places), "events": places}, 201)


@app.get("/workspaces/{workspace}/activity")
async def read_events(workspace: str, since: int = 0, limit: int = 10_000) -> JSONResponse:
    log = logs.get(workspace)
    return JSONResponse(log.query(since, limit) if log else [])


@app.get("/readyz")
async def ready() -> PlainTextResponse:
    return PlainTextResponse("ready")
