"""SECURITY.md names a test for each attack: each of them exists, and both languages name the same."""

import re
import unittest
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent.parent
TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.M)


def named(page):
    section = re.search(r"^## (?:Who attacks what|谁攻击什么)$(.*?)^## ", (TREE / page).read_text(), re.M | re.S)
    rows = [line for line in section.group(1).splitlines() if line.startswith("| ")][1:]
    return [re.findall(r"`(\w+\.\w+)`", row.rsplit(" | ", 1)[1]) for row in rows]


def existing():
    return {".".join(match) for path in TREE.joinpath("tests").rglob("*.cpp") for match in TEST.findall(path.read_text())}


class ThreatModel(unittest.TestCase):
    def test_each_attack_has_a_test_that_exists(self):
        rows = named("SECURITY.md")
        self.assertGreater(len(rows), 10)
        there = existing()
        for row in rows:
            self.assertTrue(row)
            for test in row:
                self.assertIn(test, there)

    def test_a_test_that_is_not_there_is_noticed(self):
        self.assertNotIn("Audit.ThatNobodyWrote", existing())

    def test_both_languages_name_the_same(self):
        self.assertEqual(named("SECURITY.md"), named("SECURITY.zh-CN.md"))


if __name__ == "__main__":
    unittest.main()
