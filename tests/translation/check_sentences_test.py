"""tools/check-sentences on the sources of the tree, and on a small tree with one fault each."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent.parent

TABLE = """constexpr Row kRows[]{
    {"the certificate expired at {}", "证书已于 {} 过期"},
    {"{} is bound to {}", "{} 已绑定到 {}"},
};
"""
SOURCE = """#include "x509/leaf.h"
// A comment that "says something" is no sentence.
std::string expired(std::string time) {
  return "the certificate "
         "expired at " + time;
}
std::string bound(std::string chain, std::string domain) {
  const std::string what = chain + " is bound to " + domain;
  return tr("nobody reads this", "没有人读这个") + what;
}
"""


def check(tree):
    """What the checker reports of a tree."""
    done = subprocess.run([tree / "tools/check-sentences"], capture_output=True, text=True)
    assert done.returncode == (1 if done.stdout else 0), done
    return done.stdout


class CheckSentences(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        for name in ("tools", "src/x509", "src/translation"):
            (self.tree / name).mkdir(parents=True)
        shutil.copy(TREE / "tools/check-sentences", self.tree / "tools")
        self.write("src/translation/rows.cpp", TABLE)
        self.write("src/translation/exempt.txt", "# nothing\n")
        self.write("src/x509/leaf.cpp", SOURCE)

    def write(self, name, text):
        (self.tree / name).write_text(text)

    def test_the_sources_of_the_tree_are_in_order(self):
        self.assertEqual(check(TREE), "")

    def test_a_tree_without_a_fault_is_in_order(self):
        self.assertEqual(check(self.tree), "")

    def test_a_sentence_without_a_row_is_reported_with_its_place(self):
        for sentence, told in (('"a new sentence of three words"', "a new sentence of three words"),
                               ('"the certificate of " + name + " is too old"', "the certificate of {} is too old"),
                               ('"the certificate expired at noon of " + day', "expired at noon"),
                               ('name + " is bound"s', None)):
            self.write("src/x509/leaf.cpp", SOURCE + f"std::string more() {{ return {sentence}; }}\n")
            reported = check(self.tree)
            if told is None:
                self.assertEqual(reported, "", "a part of a row is taken for it")
                continue
            self.assertIn("src/x509/leaf.cpp:11: no row has", reported)
            self.assertIn(told, reported)

    def test_a_file_that_is_listed_without_its_layer_is_read_and_its_neighbours_are_not(self):
        (self.tree / "src/store").mkdir()
        for name in ("move_mark.cpp", "other.cpp"):
            self.write(f"src/store/{name}", 'std::string why() { return "the store was carried away"; }\n')
        reported = check(self.tree)
        self.assertIn("src/store/move_mark.cpp:1: no row has 'the store was carried away'", reported)
        self.assertNotIn("other.cpp", reported)

    def test_a_sentence_that_is_exempt_is_not_reported_and_an_exemption_without_one_is(self):
        self.write("src/x509/leaf.cpp", SOURCE + 'const char* kWord = "a word of the protocol";\n')
        self.write("src/translation/exempt.txt", "x509/leaf.cpp: a word of\n")
        self.assertEqual(check(self.tree), "")
        self.write("src/x509/leaf.cpp", SOURCE)
        self.assertIn("nothing begins like 'x509/leaf.cpp: a word of'", check(self.tree))

    def test_a_row_that_cannot_be_right_is_reported(self):
        for row, told in (('{"it ends at {}", "it ends at {}"}', "has no Chinese"),
                          ('{"it ends at {}", "于 {} 到期，早于 {1}"}', "names a part that the English lacks"),
                          ('{"it ends", "于 {} 到期"}', "names a part that the English lacks"),
                          ('{"{} is bound to {}", "{} 已绑定到 {}"}', "is there twice"),
                          ('{"a row for nothing at all", "没有用的一行"}', "no source says")):
            self.write("src/translation/rows.cpp", TABLE.replace("};", f"    {row},\n}};"))
            self.assertIn(told, check(self.tree))


if __name__ == "__main__":
    unittest.main()
