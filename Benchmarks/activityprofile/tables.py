"""A profile as Markdown."""

import re
import subprocess

from .profile import Profile
from .rooms import Function

# Below this share a room is summed up with others like it.
_LEAST_SHARE = 0.005
_LEAST_SHARE_OF_FUNCTION = 0.01
# A thread's entry and its event loop contain the whole profile.
_EVENT_LOOP_SHARE = 0.97
# Symbols of Swift functions that only call another one: to C, to Objective-C, a witness.
_FORWARDER = re.compile(r"^\$s.*T[oWR]$")
_LONGEST_NAME = 76


def section(title: str, profile: Profile, requests: int, functions: int) -> str:
    """A heading, the rooms, and of each room the functions that take most, counting what they call."""
    return "\n\n".join([
        f"### {title}",
        f"{profile.instructions / requests:,.0f} instructions and {profile.allocations / requests:.2f} allocations a "
        "request.",
        _rooms(profile, requests), _functions(profile, requests, functions)])


def _rooms(profile: Profile, requests: int) -> str:
    total = profile.instructions
    small = 0
    lines = ["| room | instructions | share |", "|---|---:|---:|"]
    for room, cost in profile.by_room().most_common():
        if cost / total < _LEAST_SHARE:
            small += cost
            continue
        lines.append(f"| {room} | {cost / requests:,.0f} | {cost / total:.1%} |")
    if small:
        lines.append(f"| others | {small / requests:,.0f} | {small / total:.1%} |")
    return "\n".join(lines)


def _functions(profile: Profile, requests: int, count: int) -> str:
    chosen: list[Function] = []
    for room in _rooms_by_reach(profile):
        chosen += [function for function in _worth_showing(profile) if function.room == room][:count]
    lines = ["| room | function | with what it calls | alone |", "|---|---|---:|---:|"]
    for function, name in zip(chosen, _readable(chosen)):
        lines.append(
            f"| {function.room} | `{name}` | {profile.inclusive[function] / requests:,.0f} | "
            f"{profile.alone[function] / requests:,.0f} |")
    return "\n".join(lines)


def _rooms_by_reach(profile: Profile) -> list[str]:
    """In the order of their outermost functions, which is about that of the calls."""
    return list(dict.fromkeys(function.room for function in _worth_showing(profile)))


def _worth_showing(profile: Profile) -> list[Function]:
    # What has no name is of a stripped library. Below the event loop everything is the request; above it, nothing is.
    return [
        function for function, cost in profile.inclusive.most_common()
        if function.symbol and not function.symbol.startswith("0x") and not _FORWARDER.search(function.symbol)
        and _LEAST_SHARE_OF_FUNCTION <= cost / profile.instructions < _EVENT_LOOP_SHARE]


def _readable(functions: list[Function]) -> list[str]:
    symbols = "\n".join(function.symbol for function in functions)
    done = subprocess.run(
        ["swift", "demangle", "--simplified", "--compact"], input=symbols, capture_output=True, text=True, check=True,
        timeout=60)
    return [_shortened(name) for name in done.stdout.splitlines()]


def _shortened(name: str) -> str:
    name = re.sub(r"^(merged|specialized|function signature specialization <.*?> of) ", "", name)
    name = name.replace("|", "/")
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME - 1]}…"
