"""tools/check-pages on the pages of the tree, and on copies of them with one fault each."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent.parent


def check(tree):
    """What the checker reports of a tree."""
    done = subprocess.run([tree / "tools/check-pages"], capture_output=True, text=True)
    assert done.returncode == (1 if done.stderr else 0), done
    return done.stderr


class CheckPages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        (self.tree / "tools").mkdir()
        shutil.copy(TREE / "tools/check-pages", self.tree / "tools")
        (self.tree / "docs").mkdir()
        self.write("docs/a.md", "# A\n\n[中文](a.zh-CN.md)\n\n## One thing\n\n| `x` | y |\n|---|---|\n| `z` | w |\n\n"
                                "```toml\nk = 1\n```\n\n    run\n\n- v\n- u\n\n[on](#one-thing)\n")
        self.write("docs/a.zh-CN.md", "# 甲\n\n[English](a.md)\n\n## 一件事\n\n| `x` | 乙 |\n|---|---|\n| `z` | 丙 |\n\n"
                                      "```toml\nk = 1\n```\n\n    run\n\n- 丁\n- 戊\n\n[见](#一件事)\n")

    def write(self, name, text):
        (self.tree / name).write_text(text)

    def exchange(self, name, old, new):
        text = (self.tree / name).read_text()
        self.assertIn(old, text)
        self.write(name, text.replace(old, new, 1))

    def test_the_pages_of_the_tree_are_in_order(self):
        self.assertEqual(check(TREE), "")

    def test_a_pair_without_a_fault_is_in_order(self):
        self.assertEqual(check(self.tree), "")

    def test_reports_a_fault_with_its_page_and_line(self):
        for name, old, new, told in (
            ("docs/a.zh-CN.md", "## 一件事", "### 一件事", "docs/a.zh-CN.md:5: it has a heading of level 3"),
            ("docs/a.zh-CN.md", "| `z` | 丙 |\n", "", "docs/a.zh-CN.md:10: it has a code block toml where a.md:9"),
            ("docs/a.zh-CN.md", "`z`", "`q`", "a row of 2 columns with q where a.md:9 has a row of 2 columns with z"),
            ("docs/a.zh-CN.md", "```toml", "```", "a code block without a language"),
            ("docs/a.zh-CN.md", "\n    run\n", "", "docs/a.zh-CN.md:15: it has an item of a list where a.md:15"),
            ("docs/a.zh-CN.md", "- 戊\n", "", "docs/a.md:18: its sister lacks an item of a list"),
            ("docs/a.zh-CN.md", "[English](a.md)", "", "docs/a.zh-CN.md:1: it does not link to a.md"),
            ("docs/a.md", "#one-thing", "#one-think", "docs/a.md:20: a.md has no heading #one-think"),
            ("docs/a.md", "(#one-thing)", "(b.md)", "docs/a.md:20: b.md does not exist"),
            ("docs/a.zh-CN.md", "(#一件事)", "(a.md)", "docs/a.zh-CN.md:20: a.md has a Chinese sister, a.zh-CN.md"),
        ):
            with self.subTest(told):
                self.setUp()
                self.exchange(name, old, new)
                self.assertIn(told, check(self.tree))

    def test_reports_a_page_without_its_sister(self):
        (self.tree / "docs/a.zh-CN.md").unlink()
        self.assertIn("docs/a.md:1: it has no Chinese sister a.zh-CN.md", check(self.tree))
        self.write("docs/b.zh-CN.md", "# 乙\n")
        self.assertIn("docs/b.zh-CN.md:1: it has no English sister", check(self.tree))

    def test_reads_no_heading_or_link_in_a_code_block(self):
        for name in ("docs/a.md", "docs/a.zh-CN.md"):
            self.exchange(name, "k = 1", "# k [on](nowhere.md)")
        self.assertEqual(check(self.tree), "")


unittest.main()
