#!/usr/bin/env python3
"""What must hold of every simulation: each candidate has one result, whatever happens to nodes."""
import unittest

import slurm_scale


class Invariants(unittest.TestCase):
    small = dict(layers=60, nodes=12, build_nodes=2, cores=4, trials=20, batch=8, lease=3)

    def test_every_candidate_has_one_result(self):
        setting, report = slurm_scale.simulate(**self.small)
        # The trials, and the winner beside the default once more.
        self.assertEqual(report.candidates, setting.layers * (setting.trials + 1))
        self.assertEqual(report.record_bytes, report.candidates * setting.record_bytes)

    def test_lost_nodes_cost_time_but_no_result(self):
        _, calm = slurm_scale.simulate(**self.small)
        _, stormy = slurm_scale.simulate(**self.small, node_mtbf_hours=0.02, repair_seconds=60, detect_seconds=10)
        self.assertGreater(stormy.losses, 0)
        self.assertGreater(stormy.requeued, 0)
        self.assertEqual(stormy.candidates, calm.candidates)
        self.assertGreater(stormy.makespan, calm.makespan)

    def test_no_resource_is_used_more_than_it_can_be(self):
        setting, report = slurm_scale.simulate(**self.small)
        self.assertLessEqual(report.utilisation, 1)
        self.assertLessEqual(report.dispatch_busy, report.makespan)
        self.assertGreaterEqual(report.makespan, report.timing_busy / (setting.nodes - setting.build_nodes))

    def test_tasks_are_two_for_each_lease_and_round(self):
        setting, report = slurm_scale.simulate(**self.small, node_mtbf_hours=1e9)
        self.assertEqual(report.tasks, report.rounds * 2 * setting.layers // setting.lease)

    def test_the_same_seed_gives_the_same_figures(self):
        self.assertEqual(slurm_scale.simulate(**self.small), slurm_scale.simulate(**self.small))


if __name__ == "__main__":
    unittest.main()
