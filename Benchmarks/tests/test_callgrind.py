"""How a profile of callgrind is read."""

import unittest

from activitymicro.callgrind import Counts, read
from activitymicro.errors import MeasuringFailed

_PROFILE = """\
# callgrind format
version: 1
events: Ir

fl=(1) ???
fn=(1) main
0 10
cfn=(2) $s10append
calls=3 0
0 900
cfn=(3) malloc
calls=2 0
0 80

fn=(2)
0 300
cob=(4) libc.so.6
cfn=(5) realloc'2
calls=3 0
0 60
cfn=(3)
calls=4 0
0 160
cfn=(6) free
calls=9 0
0 10

totals: 1234
"""


class ProfileTests(unittest.TestCase):
    def test_instructions_are_the_total(self) -> None:
        self.assertEqual(read(_PROFILE.splitlines()).instructions, 1234)

    def test_allocations_are_the_calls_of_allocators_by_whatever_name(self) -> None:
        self.assertEqual(read(_PROFILE.splitlines()).allocations, 2 + 3 + 4)

    def test_a_profile_without_totals_is_refused(self) -> None:
        with self.assertRaises(MeasuringFailed):
            read(_PROFILE.splitlines()[:-1])

    def test_an_operation_is_the_difference_of_two_runs(self) -> None:
        once, twice = Counts(50_000 + 100 * 7, 40 + 25), Counts(50_000 + 200 * 7, 40 + 50)
        self.assertEqual(once.per_operation(twice, 100), Counts(7, 0.25))


if __name__ == "__main__":
    unittest.main()
