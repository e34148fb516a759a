"""The rows, in the order of the report. bars.toml and --only refer to them by name."""

from .contenders.contender import BIG
from .works.http_work import (
    AppendWork, BatchWork, ContendedPollWork, MixedWork, NewestPollWork, PollWork)
from .works.live_work import BesideReadersWork, LiveWork, ParkedWork
from .works.memory_work import ConnectionMemoryWork, EventMemoryWork, IdleMemoryWork, StartWork
from .works.syscall_work import AppendSyscallWork, PollSyscallWork
from .works.work import Work

WORKLOADS: list[Work] = [
    # Appends: 110 bytes of body an event, 32 connections where none are named.
    AppendWork(name="append", title="Append one event", quick=True),
    AppendWork(name="append-c1", title="Append one event, 1 connection", connections=1),
    AppendWork(name="append-c256", title="Append one event, 256 connections", connections=256),
    *(
        BatchWork(
            name=f"batch-{count}-{form}", title=f"Append batches of {count:,} events, {label}, per event", count=count,
            form=form, quick=(count, form) == (1_000, "ndjson"))
        for count in (10, 100, 1_000)
        for form, label in (("ndjson", "NDJSON"), ("array", "JSON array"))
    ),
    BatchWork(
        name="batch-1000-minimal", title="Append batches of 1,000 events, NDJSON, return=minimal, per event",
        count=1_000, form="ndjson", minimal=True),
    # Polls of a workspace that holds 10,000 events.
    PollWork(name="poll-empty", title="Poll, nothing new", events=0, quick=True),
    PollWork(name="poll-304", title="Poll, nothing new, If-None-Match", events=0, conditional=True, quick=True),
    PollWork(name="poll-empty-c1", title="Poll, nothing new, 1 connection", events=0, connections=1),
    PollWork(name="poll-empty-c256", title="Poll, nothing new, 256 connections", events=0, connections=256),
    PollWork(name="poll-empty-c1000", title="Poll, nothing new, 1,000 connections", events=0, connections=1_000),
    PollWork(name="poll-1", title="Poll 1 event", events=1),
    PollWork(name="poll-100", title="Poll 100 events", events=100, quick=True),
    PollWork(name="poll-10000", title="Poll 10,000 events", events=10_000),
    MixedWork(
        name="mixed", title="90 % polls, 10 % appends, 1,000 workspaces, Zipf", workspaces=1_000, append_share=0.1,
        quick=True),
    # How cost grows.
    *(
        PollWork(
            name=f"resident-{count}", title=f"Poll the newest 100 of {count:,} resident events", events=100,
            resident=count, prefix=BIG)
        for count in (1_000, 100_000, 1_000_000)
    ),
    *(
        NewestPollWork(
            name=f"poll-workspaces-{count}", title=f"Poll 1 event of one of {count:,} workspaces", workspaces=count)
        for count in (1, 1_000, 100_000)
    ),
    *(
        AppendWork(
            name=f"append-workspaces-{count}", title=f"Append one event to one of {count:,} workspaces",
            workspaces=count)
        for count in (1_000, 100_000)
    ),
    ContendedPollWork(
        name="poll-beside-batches", title="Poll, nothing new, while another workspace takes 100-event batches",
        events=0),
    AppendSyscallWork(name="append-syscalls", title="System calls of one append", max_rounds=1),
    PollSyscallWork(name="poll-syscalls", title="System calls of one poll", events=0, max_rounds=1),
    # Memory and start.
    EventMemoryWork(
        name="memory-event", title="Memory of a resident event, 58-byte payload, over 1,000,000", events=1_000_000,
        max_rounds=2),
    IdleMemoryWork(
        name="memory-idle", title="Memory of a workspace that has held events, over 100,000", workspaces=100_000,
        max_rounds=2),
    ConnectionMemoryWork(
        name="memory-connection", title="Memory of a kept connection that has polled, over 2,000", connections=2_000,
        max_rounds=2),
    StartWork(name="start", title="From fork to ready, and idle memory", quick=True),
    # Live readers.
    LiveWork(name="live-1000", title="1,000 SSE readers, 10 events/s", readers=1_000, rate=10, quick=True),
    LiveWork(name="live-10000", title="10,000 SSE readers, 2 events/s", readers=10_000, rate=2),
    LiveWork(
        name="live-bursts", title="1,000 SSE readers, bursts of 100 events, 1/s", readers=1_000, rate=1, batch=100),
    ParkedWork(
        name="live-parked", title="1,000 appends/s beside 10,000 parked long-polls of another workspace",
        waiters=10_000, rate=1_000),
    BesideReadersWork(
        name="live-beside-append", title="Append one event beside 1,000 SSE readers of another workspace",
        readers=1_000),
]
