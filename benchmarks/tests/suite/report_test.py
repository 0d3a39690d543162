import unittest

from results import make_result
from suite import report


def rows_of(text, head):
    """The cells of the rows below the table whose first cell is `head`."""
    lines = text.split("\n")
    begin = next(i for i, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in lines[begin + 2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


class Report(unittest.TestCase):
    def setUp(self):
        self.text = report.to_markdown(make_result())

    def test_says_what_it_was_measured_on_and_how_often(self):
        for part in ["Some Processor, 2 cores, 23.5 GiB", "fdatasync of 4 KiB 0.131 ms; guest_halt_poll_ns 200000; ",
                     "load average before 0.7;", "commit abc1234", "Medians of 3 runs of 4 s"]:
            self.assertIn(part, self.text)

    def test_has_no_word_of_polling_where_linux_does_not_decide_it(self):
        result = make_result()
        result["machine"]["guest_halt_poll_ns"] = None
        self.assertNotIn("guest_halt_poll_ns", report.to_markdown(result))

    def test_lists_the_steps_in_the_order_of_a_request_and_new_ones_last(self):
        self.assertEqual([row[0] for row in rows_of(self.text, "step")],
                         ["HTTP head read", "**certificate part**: all of these, rules and report", "floor, from PEM",
                          "floor, from DER", "a/new-step"])

    def test_rounds_to_three_digits_and_shows_the_spread(self):
        rows = dict(rows_of(self.text, "step"))
        self.assertEqual(rows["HTTP head read"], "1.20 (1.20–1.21)")
        self.assertEqual(rows["**certificate part**: all of these, rules and report"], "46.0 (45.6–153)")

    def test_holds_the_certificate_part_against_the_floors(self):
        self.assertIn("Certificate part / floor, from PEM: **1.28**", self.text)
        self.assertIn("Certificate part / floor, from DER: **1.35**", self.text)

    def test_lists_the_loads_as_they_are_and_leaves_cells_empty_that_were_not_measured(self):
        rows = rows_of(self.text, "request")
        self.assertEqual(len(rows), 6)
        self.assertEqual(rows[2][:5], ["CreateCert", "32", "5000 (4990–5010)", "5.00 (5.00–5.00)", "8.00 (4.00–16.0)"])
        self.assertEqual(rows[2][6:], ["0.02", "0"])
        self.assertEqual(rows[5],
                         ["SQLite, groups of 10", "8", "2000 (1990–2010)", "", "", "0.25 (0.25–0.25)", "", "0"])

    def test_has_every_row_as_wide_as_its_head(self):
        width = None
        for line in self.text.split("\n"):
            if not line.startswith("|"):
                width = None
                continue
            width = width or line.count("|")
            self.assertEqual(line.count("|"), width, line)

    def test_compares_with_other_stores_by_the_paired_ratios(self):
        rows = rows_of(self.text, "CreateCert against")
        self.assertEqual(rows[0], ["etcd put", "1.25 (1.20–1.30)", "0.83 (0.83–0.83)", "0.50 (0.50–0.50)", ""])
        self.assertEqual(rows[1], ["SQLite, groups of 10", "2.50 (2.50–2.50)", "", "", ""])
        self.assertIn("2130 bytes a record", self.text)

    def test_has_no_word_of_other_stores_when_none_ran(self):
        text = report.to_markdown({**make_result(), "peers": []})
        self.assertNotIn("Other stores", text)
        self.assertNotIn("bytes a record", text)


if __name__ == "__main__":
    unittest.main()
