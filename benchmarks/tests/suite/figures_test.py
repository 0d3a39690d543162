import unittest

from suite import figures


class Spread(unittest.TestCase):
    def test_is_the_median_with_the_least_and_the_greatest(self):
        self.assertEqual(figures.spread([5, 1, 9]), {"median": 5, "min": 1, "max": 9})

    def test_takes_the_middle_of_an_even_number(self):
        self.assertEqual(figures.spread([4, 1, 100, 2])["median"], 3)

    def test_of_one_value_is_that_value(self):
        self.assertEqual(figures.spread([7]), {"median": 7, "min": 7, "max": 7})


class Combine(unittest.TestCase):
    def test_spreads_each_figure_by_itself(self):
        runs = [{"rate": 10, "p50_ms": 3, "errors": 0}, {"rate": 30, "p50_ms": 1, "errors": 0},
                {"rate": 20, "p50_ms": 2, "errors": 0}]
        combined = figures.combine(runs)
        self.assertEqual(combined["rate"], {"median": 20, "min": 10, "max": 30})
        self.assertEqual(combined["p50_ms"], {"median": 2, "min": 1, "max": 3})

    def test_adds_errors_up_so_that_none_is_lost_in_a_median(self):
        runs = [{"rate": 1, "errors": 3}, {"rate": 1, "errors": 0}, {"rate": 1, "errors": 4}]
        self.assertEqual(figures.combine(runs)["errors"], 7)


class PairedRatio(unittest.TestCase):
    def test_is_taken_within_each_pair(self):
        """What halves both of a pair changes nothing; the ratio of the medians would be 0.5 here."""
        ours = [{"rate": 100}, {"rate": 50}, {"rate": 10}]
        theirs = [{"rate": 200}, {"rate": 100}, {"rate": 20}]
        self.assertEqual(figures.paired_ratio(ours, theirs, "rate"), {"median": 0.5, "min": 0.5, "max": 0.5})

    def test_is_ours_over_theirs_and_not_the_ratio_of_medians(self):
        ours = [{"rate": 10}, {"rate": 100}, {"rate": 60}]
        theirs = [{"rate": 40}, {"rate": 50}, {"rate": 20}]
        self.assertEqual(figures.paired_ratio(ours, theirs, "rate"), {"median": 2, "min": 0.25, "max": 3})


if __name__ == "__main__":
    unittest.main()
