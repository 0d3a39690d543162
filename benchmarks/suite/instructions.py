"""Instructions of each step, as callgrind counted them."""

import re

from suite.programs import Failure
from suite.report import STEPS

# What it counts is the loop of each benchmark and nothing else: from the one function to the other.
BEGIN = "benchmark::State::StartKeepRunning()"
END = "benchmark::State::FinishKeepRunning()"


def read_profile(text):
    """The instructions of one dump of callgrind's."""
    found = re.search(r"^(?:summary|totals): (\d+)$", text, re.MULTILINE)
    if not found:
        raise Failure("callgrind left a profile without a sum")
    return int(found.group(1))


def per_operation(runs, counts):
    """`runs`: Google Benchmark's, in their order, each step once with 1, N and 2N iterations; `counts`: instructions of
    each. By step the instructions of one operation: what N more of them took, so that the loop's own cost falls out."""
    if len(runs) != len(counts):
        raise Failure(f"{len(runs)} benchmarks ran and {len(counts)} were counted")
    steps = {}
    for run, count in zip(runs, counts):
        steps.setdefault(run["name"].split("/iterations:")[0], {})[run["iterations"]] = count
    result = {}
    for name, by_iterations in steps.items():
        once, few, many = sorted(by_iterations)
        if once != 1 or many != 2 * few:
            raise Failure(f"{name} ran {once}, {few} and {many} times instead of 1, N and 2N")
        result[name] = (by_iterations[many] - by_iterations[few]) / few
    return result


def to_markdown(steps):
    lines = ["| step | instructions |", "|---|---|"]
    lines += [f"| {STEPS.get(name, name)} | {round(steps[name]):,} |"
              for name in [*STEPS, *(set(steps) - set(STEPS))] if name in steps]
    return "\n".join(lines) + "\n"
