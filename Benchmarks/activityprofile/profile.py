"""A callgrind profile as costs by function. The format: https://valgrind.org/docs/manual/cl-format.html"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath

from activitymicro.callgrind import ALLOCATORS, function_name

from .rooms import Function


@dataclass
class Profile:
    # Instructions of the function alone.
    alone: Counter[Function] = field(default_factory=Counter)
    # With what it calls; of a function that calls itself, too many.
    inclusive: Counter[Function] = field(default_factory=Counter)
    allocations: int = 0

    @property
    def instructions(self) -> int:
        return self.alone.total()

    def by_room(self) -> Counter[str]:
        rooms: Counter[str] = Counter()
        for function, cost in self.alone.items():
            rooms[function.room] += cost
        return rooms

    @staticmethod
    def read(lines: Iterable[str]) -> "Profile":
        profile = Profile()
        names: dict[str, str] = {}
        objects: dict[str, str] = {}
        object = symbol = callee = ""
        is_call = False
        for line in lines:
            key, separator, value = line.partition("=")
            if separator and not line[:1].isdigit():
                match key:
                    case "ob": object = PurePath(function_name(value, objects)).name
                    case "cob": function_name(value, objects)
                    case "fn": symbol = function_name(value, names)
                    case "cfn": callee = function_name(value, names)
                    case "calls":
                        is_call = True
                        if callee in ALLOCATORS:
                            profile.allocations += int(value.split()[0])
                continue
            if not line or line[0] not in "0123456789+-*":
                continue
            cost = int(line.split()[-1])
            caller = Function(object, symbol)
            profile.inclusive[caller] += cost
            if not is_call:
                profile.alone[caller] += cost
            is_call = False
        return profile
