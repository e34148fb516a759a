"""That each row can say what it sends, for a contender that needs no server."""

import unittest

from activitybench.contenders import Floor
from activitybench.environment import ROOT, Environment
from activitybench.workloads import WORKLOADS
from activitybench.works.http_work import HTTPWork


class PlanTests(unittest.TestCase):
    def test_every_row_has_a_request(self) -> None:
        floor = Floor(Environment(ROOT))
        for work in WORKLOADS:
            if isinstance(work, HTTPWork):
                with self.subTest(work.name):
                    plan = work.plan(floor)
                    self.assertTrue(plan.get or plan.post)

    def test_what_no_script_fills_in_has_no_holes(self) -> None:
        floor = Floor(Environment(ROOT))
        for work in WORKLOADS:
            if isinstance(work, HTTPWork):
                with self.subTest(work.name):
                    load = work.plan(floor).load
                    if load.workspaces == 1:
                        self.assertNotIn(b"%W", (load.get or b"") + (load.post or b""))


if __name__ == "__main__":
    unittest.main()
