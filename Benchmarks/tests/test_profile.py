"""How a profile becomes a table by room."""

import unittest

from activityprofile.profile import Profile
from activityprofile.rooms import Function

_PROFILE = """\
events: Ir

ob=(1) /tmp/activityd
fl=(1) ???
fn=(1) $s9MicroHTTP6WorkerC6answer
0 10
cfn=(2) $s11ActivityLog06MemoryB0V6append
calls=3 0
0 900
cob=(2) /lib/libc.so.6
cfi=(2) ???
cfn=(3) malloc
calls=2 0
0 80

fn=(2)
0 300
+1 600

ob=(2)
fl=(2)
fn=(3)
0 80

totals: 990
"""


class ProfileTests(unittest.TestCase):
    def setUp(self) -> None:
        self.profile = Profile.read(_PROFILE.splitlines())

    def test_costs_are_by_room(self) -> None:
        self.assertEqual(self.profile.by_room(), {"MicroHTTP": 10, "ActivityLog": 900, "glibc": 80})

    def test_the_rooms_add_up_to_the_total(self) -> None:
        self.assertEqual(self.profile.instructions, 990)

    def test_inclusive_counts_what_is_called(self) -> None:
        answer = Function("activityd", "$s9MicroHTTP6WorkerC6answer")
        self.assertEqual((self.profile.inclusive[answer], self.profile.alone[answer]), (990, 10))

    def test_allocations_are_counted(self) -> None:
        self.assertEqual(self.profile.allocations, 2)


class RoomTests(unittest.TestCase):
    def test_functions_belong_to_their_module(self) -> None:
        for symbol, room in [
            ("$s14ActivityServer0A9ResponderC6answer", "ActivityServer"),
            ("$ss4SpanV9MicroHTTPs5UInt8VRszlE18equalsIgnoringCase", "MicroHTTP"),
            ("$sSa8reserveCapacityyySiFs5UInt8V_Tg5", "Swift library"),
            ("swift_retain", "Swift library"),
            ("_swift_release_dealloc", "Swift library"),
            ("CMicroHTTPD_addHeaderBlock", "CMicroHTTPD"),
            ("CSimdJSON_index", "CSimdJSON"),
            ("main", "other"),
        ]:
            with self.subTest(symbol):
                self.assertEqual(Function("activityd", symbol).room, room)

    def test_libraries_are_rooms(self) -> None:
        self.assertEqual(Function("libmicrohttpd.so.12.59.0", "0x0000000000012a40").room, "libmicrohttpd")
        self.assertEqual(Function("libc.so.6", "malloc").room, "glibc")


if __name__ == "__main__":
    unittest.main()
