"""That `make bench-micro` fails when it has to, and only then. No valgrind, no compiler: the counts are made up."""

import contextlib
import io
import re
import tempfile
import unittest
from argparse import Namespace
from pathlib import Path

from activitymicro.callgrind import Counts
from activitymicro.cli import Operation, judge
from activitymicro.thresholds import Thresholds, compare

_BENCHMARKS = Path(__file__).resolve().parent.parent
_TOOLCHAIN = {"swift": "6.3.1", "glibc": "2.36"}
_ACCEPTED = {"parse": Counts(1000.0, 0.0), "append": Counts(2000.0, 0.5)}


class JudgeTests(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / "thresholds.json"
        Thresholds(_TOOLCHAIN, _ACCEPTED).save(self.path)

    def judge(
        self, measured: dict[str, Counts], *, update: bool = False, only: str = "*", toolchain: dict[str, str] = _TOOLCHAIN
    ) -> tuple[int, str]:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = judge(
                Namespace(only=only, update=update, thresholds=self.path),
                [Operation(name, 1, "") for name in measured], toolchain,
                lambda operations: {one.name: measured[one.name] for one in operations})
        return status, said.getvalue()

    def test_what_was_accepted_passes(self) -> None:
        self.assertEqual(self.judge(_ACCEPTED)[0], 0)

    def test_growth_within_the_tolerance_passes(self) -> None:
        self.assertEqual(self.judge({"parse": Counts(1050.0, 0.0), "append": Counts(2100.0, 0.525)})[0], 0)

    def test_more_instructions_fail_by_name(self) -> None:
        status, said = self.judge({**_ACCEPTED, "parse": Counts(1050.1, 0.0)})
        self.assertEqual(status, 1)
        self.assertIn("error: grew: parse: 1,050.1 instructions, threshold 1,000.0 (+5.0 %)", said)
        self.assertNotIn("grew: append", said)

    def test_more_allocations_fail_by_name(self) -> None:
        status, said = self.judge({**_ACCEPTED, "append": Counts(2000.0, 0.5251)})
        self.assertEqual(status, 1)
        self.assertIn("grew: append: 0.5251 allocations, threshold 0.5000", said)

    def test_the_first_allocation_fails_however_rare(self) -> None:
        self.assertEqual(self.judge({**_ACCEPTED, "parse": Counts(1000.0, 0.004)})[0], 1)

    def test_a_lowered_threshold_fails(self) -> None:
        Thresholds(_TOOLCHAIN, {**_ACCEPTED, "parse": Counts(900.0, 0.0)}).save(self.path)
        self.assertEqual(self.judge(_ACCEPTED)[0], 1)

    def test_a_gain_passes_and_is_told(self) -> None:
        status, said = self.judge({**_ACCEPTED, "append": Counts(1000.0, 0.5)})
        self.assertEqual(status, 0)
        self.assertIn("gained: append", said)

    def test_an_operation_without_a_threshold_fails(self) -> None:
        status, said = self.judge({**_ACCEPTED, "query": Counts(1.0, 0.0)})
        self.assertEqual(status, 1)
        self.assertIn("query has no threshold", said)

    def test_a_threshold_without_an_operation_fails(self) -> None:
        status, said = self.judge({"parse": _ACCEPTED["parse"]})
        self.assertEqual(status, 1)
        self.assertIn("append has a threshold and is no operation", said)

    def test_another_toolchain_only_reports(self) -> None:
        other = {**_TOOLCHAIN, "swift": "6.4"}
        status, said = self.judge({**_ACCEPTED, "parse": Counts(9000.0, 9.0)}, toolchain=other)
        self.assertEqual(status, 0)
        self.assertIn("swift is 6.4, the thresholds are of 6.3.1", said)
        self.assertIn("grew: parse", said)

    def test_another_toolchain_does_not_excuse_a_missing_threshold(self) -> None:
        other = {**_TOOLCHAIN, "swift": "6.4"}
        self.assertEqual(self.judge({**_ACCEPTED, "query": Counts(1.0, 0.0)}, toolchain=other)[0], 1)

    def test_no_thresholds_at_all_fail(self) -> None:
        self.path.unlink()
        self.assertEqual(self.judge(_ACCEPTED)[0], 1)

    def test_an_update_accepts_what_was_measured(self) -> None:
        grown = {"parse": Counts(5000.0, 3.0), "query": Counts(1.0, 0.0)}
        self.assertEqual(self.judge(grown, update=True)[0], 0)
        self.assertEqual(self.judge(grown)[0], 0)
        self.assertEqual(Thresholds.load(self.path), Thresholds(_TOOLCHAIN, grown))

    def test_an_update_of_some_keeps_the_others(self) -> None:
        self.judge({"parse": Counts(1.0, 0.0), "append": Counts(1.0, 0.0)}, update=True, only="parse")
        self.assertEqual(Thresholds.load(self.path).operations, {**_ACCEPTED, "parse": Counts(1.0, 0.0)})

    def test_an_update_of_some_with_another_toolchain_is_refused(self) -> None:
        other = {**_TOOLCHAIN, "swift": "6.4"}
        self.assertEqual(self.judge(_ACCEPTED, update=True, only="parse", toolchain=other)[0], 64)
        self.assertEqual(Thresholds.load(self.path), Thresholds(_TOOLCHAIN, _ACCEPTED))

    def test_a_part_is_held_against_its_own_thresholds(self) -> None:
        grown = {**_ACCEPTED, "parse": Counts(9000.0, 0.0)}
        self.assertEqual(self.judge(grown, only="append")[0], 0)
        self.assertEqual(self.judge(grown, only="par*")[0], 1)
        self.assertEqual(self.judge(grown, only="nothing")[0], 64)


class RepositoryTests(unittest.TestCase):
    """The file that is checked in."""

    def test_it_names_the_operations_of_the_source(self) -> None:
        text = "".join(path.read_text() for path in sorted((_BENCHMARKS / "Operations").glob("Operation+*.swift")))
        operations = set(re.findall(r'\bOperation\(\s*name: "([^"]+)"', text))
        thresholds = Thresholds.load(_BENCHMARKS / "thresholds.json")
        self.assertEqual(compare(thresholds, {}, operations).mismatches, [])
        self.assertEqual(operations - thresholds.operations.keys(), set())


if __name__ == "__main__":
    unittest.main()
