"""Which room of the architecture a function belongs to."""

import re
from dataclasses import dataclass

from activitybench.environment import ROOT

# Swift mangles a module as the length of its name and its name. Ours come anywhere in a symbol: an extension of the
# standard library's Span names the module that it is in behind the type, a specialised function the types it is for.
_OURS = re.compile(r"\$s.*?(?<!\d)(?:%s)" % "|".join(
    f"{len(path.name)}({path.name})" for path in sorted((ROOT / "Sources").iterdir()) if path.is_dir()))
_MODULE = re.compile(r"\$s(\d+)(\w+)")
_RUNTIME = re.compile(r"_?swift_|_?swift::|\$ss|\$sS|__swift|swift::")
_OBJECTS = (
    ("libmicrohttpd", "libmicrohttpd"), ("libsimdjson", "simdjson"), ("libstdc++", "C++ library"), ("libc.so", "glibc"),
    ("libc-", "glibc"), ("libm.so", "glibc"), ("ld-linux", "glibc"), ("libgcc", "C++ library"))


@dataclass(frozen=True)
class Function:
    # File name of the program or library; "" when unknown.
    object: str
    # As the linker knows it.
    symbol: str

    @property
    def room(self) -> str:
        for part, room in _OBJECTS:
            if part in self.object:
                return room
        if match := _OURS.match(self.symbol):
            return match[match.lastindex]
        if match := _MODULE.match(self.symbol):
            return match[2][:int(match[1])]
        if match := re.match(r"(CMicroHTTPD|CSimdJSON)_", self.symbol):
            return match[1]
        if "simdjson" in self.symbol:
            return "simdjson"
        return "Swift library" if _RUNTIME.match(self.symbol) else "other"
