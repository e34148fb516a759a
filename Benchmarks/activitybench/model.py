"""What activityd would answer: the floor's replies when activityd itself cannot be asked."""

from dataclasses import dataclass

from . import events

_TIMESTAMP = "1714217775.123456"
_EPOCH = "abcdefghij"


@dataclass
class ModelReply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @staticmethod
    def append() -> "ModelReply":
        body = f'{{"id":12345,"timestamp":{_TIMESTAMP},"kind":"{events.KIND}","payload":{events.payload(47)}}}'
        return ModelReply(201, _json(), body.encode())

    @staticmethod
    def batch(count: int) -> "ModelReply":
        places = ",".join(f'{{"workspace_id":"batch","id":{12345 + index}}}' for index in range(count))
        return ModelReply(201, _json(), f'{{"count":{count},"events":[{places}]}}'.encode())

    @staticmethod
    def minimal_batch(count: int) -> "ModelReply":
        return ModelReply(201, [*_json(), ("Preference-Applied", "return=minimal")], f'{{"count":{count}}}'.encode())

    @staticmethod
    def poll(count: int) -> "ModelReply":
        body = ",".join(
            f'{{"id":{12345 + index},"timestamp":{_TIMESTAMP},"kind":"{events.KIND}",'
            f'"payload":{events.payload(events.PAYLOAD_BYTES)}}}'
            for index in range(count))
        return ModelReply(200, [*_json(), *_page()], f"[{body}]".encode())

    @staticmethod
    def not_modified() -> "ModelReply":
        return ModelReply(304, [_date(), *_page()], b"")


def _date() -> tuple[str, str]:
    return "Date", "Sun, 06 Nov 1994 08:49:37 GMT"


def _json() -> list[tuple[str, str]]:
    return [_date(), ("Content-Type", "application/json")]


def _page() -> list[tuple[str, str]]:
    return [
        ("Cache-Control", "private, no-cache"),
        ("Activity-Epoch", _EPOCH),
        ("Activity-Next", f"{_EPOCH}-12345"),
        ("Activity-Oldest", "2346"),
        ("Activity-Latest", "12345"),
        ("ETag", f'W/"{_EPOCH}.12345.2346.n"'),
    ]
