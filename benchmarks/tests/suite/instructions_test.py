import unittest

from suite import instructions
from suite.programs import Failure

PROFILE = """# callgrind format
version: 1
part: 3
desc: Trigger: --dump-before=benchmark::State::FinishKeepRunning()
positions: line
events: Ir
summary: 84290

fl=(1) main.cpp
fn=(1) main
1 84290
"""


def run(name, iterations):
    return {"name": f"{name}/iterations:{iterations}", "iterations": iterations}


class Instructions(unittest.TestCase):
    def test_reads_the_sum_of_a_profile_in_either_form(self):
        self.assertEqual(instructions.read_profile(PROFILE), 84290)
        self.assertEqual(instructions.read_profile(PROFILE.replace("summary: 84290", "totals: 7")), 7)

    def test_refuses_a_profile_without_a_sum(self):
        with self.assertRaises(Failure):
            instructions.read_profile(PROFILE.replace("summary", "something"))

    def test_takes_what_more_operations_cost_and_neither_set_up_nor_the_first(self):
        """1000 for the loop, 250 for each operation; the first one set everything up."""
        runs = [run("a/b", 1), run("c", 1), run("a/b", 4), run("c", 4), run("a/b", 8), run("c", 8)]
        counts = [9_999_999, 77, 2000, 10 + 40, 3000, 10 + 80]
        self.assertEqual(instructions.per_operation(runs, counts), {"a/b": 250, "c": 10})

    def test_refuses_counts_that_do_not_belong_to_the_runs(self):
        runs = [run("a", 1), run("a", 4), run("a", 8)]
        with self.assertRaises(Failure):
            instructions.per_operation(runs, [1, 2])
        with self.assertRaises(Failure):
            instructions.per_operation([run("a", 1), run("a", 4), run("a", 7)], [1, 2, 3])

    def test_writes_whole_numbers_in_the_order_of_a_request(self):
        text = instructions.to_markdown({"a/new-step": 1.4, "certificate/pem": 45618.6, "request/head": 21649.0})
        self.assertEqual(text, "| step | instructions |\n|---|---|\n| HTTP head read | 21,649 |\n"
                               "| PEM read (leaf, intermediate, key) | 45,619 |\n| a/new-step | 1 |\n")


if __name__ == "__main__":
    unittest.main()
