"""The events of the benchmark, the same for every contender."""

KIND = "tool.invoked"
APPEND_BODY_BYTES = 110
PAYLOAD_BYTES = 58


def payload(size: int) -> str:
    """A JSON object of exactly `size` bytes."""
    frame = '{"tool":"grep","n":12,"arg":""}'
    if size < len(frame):
        raise ValueError(f"a payload needs at least {len(frame)} bytes")
    return frame[:-2] + "x" * (size - len(frame)) + frame[-2:]


def draft(workspace: str, payload_bytes: int = PAYLOAD_BYTES) -> str:
    """One event as `POST /events` takes it."""
    return f'{{"workspace_id":"{workspace}","kind":"{KIND}","payload":{payload(payload_bytes)}}}'


def append_body(workspace: str) -> bytes:
    """One event whose body has APPEND_BODY_BYTES."""
    rest = APPEND_BODY_BYTES - (len(draft(workspace)) - PAYLOAD_BYTES)
    return draft(workspace, rest).encode()


def message() -> str:
    """One event for a store whose key already names the workspace."""
    return f'{{"kind":"{KIND}","payload":{payload(PAYLOAD_BYTES)}}}'
