import unittest

import floors


def summary(**percents):
    files = [{"filename": name, "summary": {"lines": {"percent": percent}}} for name, percent in percents.items()]
    return {"data": [{"files": files}]}


class Floors(unittest.TestCase):
    def test_a_table_names_target_file_and_percent(self):
        text = "# a comment\nclaim src/a.cpp 90\nclaim src/b.cpp 5  # little\n\nhead src/a.cpp 100\n"
        self.assertEqual(floors.read_floors(text),
                         {"claim": {"src/a.cpp": 90, "src/b.cpp": 5}, "head": {"src/a.cpp": 100}})

    def test_a_line_that_cannot_hold_anything_is_refused(self):
        for line in ["claim src/a.cpp", "claim src/a.cpp 0", "claim src/a.cpp 101", "claim src/a.cpp 9.5",
                     "claim src/a.cpp 90\nclaim src/a.cpp 80"]:
            with self.assertRaises(floors.Malformed, msg=line):
                floors.read_floors(line)

    def test_files_are_known_by_their_place_below_src(self):
        told = summary(**{"/home/u/livecert/src/x509/pem.cpp": 50.0, "../../src/base/ids.cpp": 75.0, "src/a.cpp": 1.0,
                          "/usr/include/c++/12/vector": 99.0, "/work/tests/fuzz/claim_fuzzer.cpp": 99.0})
        self.assertEqual(floors.read_coverage(told),
                         {"src/x509/pem.cpp": 50.0, "src/base/ids.cpp": 75.0, "src/a.cpp": 1.0})

    def test_what_falls_below_its_floor_is_told(self):
        held = {"src/a.cpp": 90, "src/b.cpp": 90}
        self.assertEqual(floors.complaints("claim", held, {"src/a.cpp": 90.0, "src/b.cpp": 99.9}), [])
        told = floors.complaints("claim", held, {"src/a.cpp": 89.94, "src/b.cpp": 90.0})
        self.assertEqual(told, ["claim reaches 89.9 % of the lines of src/a.cpp, less than 90 %"])

    def test_a_file_that_is_gone_and_a_target_without_floors_are_told(self):
        self.assertEqual(floors.complaints("claim", {"src/a.cpp": 1}, {}), ["claim does not contain src/a.cpp"])
        self.assertEqual(len(floors.complaints("claim", {}, {"src/a.cpp": 100.0})), 1)

    def test_a_table_shows_what_is_held_or_all_that_is_reached(self):
        coverage = {"src/c.cpp": 0.0, "src/b.cpp": 10.0, "src/a.cpp": 95.25}
        self.assertEqual(floors.table(coverage, {"src/a.cpp": 90}), "   95.2 %  src/a.cpp  (at least 90 %)")
        self.assertEqual(floors.table(coverage), "   95.2 %  src/a.cpp\n   10.0 %  src/b.cpp")


if __name__ == "__main__":
    unittest.main()
