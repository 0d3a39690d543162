"""The floors of ./dev fuzz: of which source files a fuzz target has to reach how much."""

import re

# A path of a source as the compiler wrote it down, from the folder of the sources on.
SOURCE = re.compile(r"(?:^|/)(src/.+)$")


class Malformed(Exception):
    """A line of the table that cannot be read."""


def read_floors(text):
    """{target: {file: least percent of its lines}} of a table with one file a line; # begins a comment."""
    floors = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if len(words) != 3 or not words[2].isdigit() or not 1 <= int(words[2]) <= 100:
            raise Malformed(f"line {number}: TARGET FILE PERCENT, not: {line}")
        target, file, percent = words
        if file in floors.setdefault(target, {}):
            raise Malformed(f"line {number}: {target} has {file} already")
        floors[target][file] = int(percent)
    return floors


def read_coverage(summary):
    """{file: percent of its lines} of what `llvm-cov export -summary-only` tells about one target."""
    coverage = {}
    for file in summary["data"][0]["files"]:
        source = SOURCE.search(file["filename"])
        if source:
            coverage[source.group(1)] = file["summary"]["lines"]["percent"]
    return coverage


def complaints(target, floors, coverage):
    """What does not hold, a sentence each."""
    if not floors:
        return [f"{target} has no floors: add the files that it is there for"]
    found = []
    for file, floor in floors.items():
        if file not in coverage:
            found.append(f"{target} does not contain {file}")
        elif coverage[file] < floor:
            found.append(f"{target} reaches {coverage[file]:.1f} % of the lines of {file}, less than {floor} %")
    return found


def table(coverage, floors=None):
    """A file a line: all that are reached at all, or only those with floors, which stand beside them."""
    lines = []
    for file, percent in sorted(coverage.items()):
        if floors is None and percent > 0:
            lines.append(f"  {percent:5.1f} %  {file}")
        elif floors and file in floors:
            lines.append(f"  {percent:5.1f} %  {file}  (at least {floors[file]} %)")
    return "\n".join(lines)
