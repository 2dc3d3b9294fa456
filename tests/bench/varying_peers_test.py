#!/usr/bin/env python3
"""varying_peers.py works, with and without torch: what it compares compiles, and one row is timed."""
# Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import os
import subprocess
import sys
import tempfile
import unittest

script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "varying_peers.py")
convwright = sys.argv.pop(1)

# As where there is no torch, whether there is or not.
sys.modules["torch"] = sys.modules["torchvision"] = None
import numpy as np  # noqa: E402
import varying_peers  # noqa: E402


def run(*arguments):
    return subprocess.run([sys.executable, script, convwright, *arguments], capture_output=True, text=True)


class VaryingPeers(unittest.TestCase):
    def test_every_layer_compiles(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "all.conv")
            with open(path, "w") as file:
                file.write("\n".join(case[1] for case in varying_peers.CASES))
            checked = subprocess.run([convwright, "check", path], capture_output=True, text=True)
            self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_unfolding_gives_the_padded_window_of_each_pixel(self):
        x = np.arange(12, dtype=np.float32).reshape(1, 1, 3, 4)
        columns = varying_peers.unfolded(x, 3).reshape(9, 12)
        self.assertEqual(columns[:, 0].tolist(), [0, 0, 0, 0, 0, 1, 0, 4, 5])
        self.assertEqual(columns[:, 6].tolist(), [1, 2, 3, 5, 6, 7, 9, 10, 11])

    def test_a_layer_is_timed_beside_its_peer(self):
        done = run("--rounds", "1", "--seconds", "0.1", "--filter", "256_g16")
        self.assertEqual(done.returncode, 0, done.stderr)
        row = done.stdout.splitlines()[1]
        self.assertRegex(row, r"^involution_7x7_256_g16_14 +\d+\.\d{3} +\d+\.\d{3} +\d+\.\d\d  ")
        self.assertEqual(len(done.stdout.splitlines()), 2)

    def test_a_layer_that_is_not_there_is_refused_with_those_that_are(self):
        done = run("--filter", "nobody")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no layer's name contains 'nobody'; the layers are involution_7x7_64_g4_56", done.stderr)


if __name__ == "__main__":
    unittest.main()
