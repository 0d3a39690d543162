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


class OneConnection(unittest.TestCase):
    def setUp(self):
        def runs(rates, spent):
            return [{"requests_per_second": rate, "server_processor_ms_per_request": ms} for rate, ms in zip(rates, spent)]

        # 0.2, 0.25 and 0.5 ms a transaction; 0.5, 0.8 and 1 ms an answer.
        self.one = figures.one_connection(
            0.05, transactions=runs([5000, 4000, 2000], [9, 9, 9]), rows=runs([9, 9, 9], [0.04, 0.03, 0.05]),
            creates=runs([2000, 1250, 1000], [9, 9, 9]), busy_creates=runs([9, 9, 9], [0.14, 0.18, 0.15]))

    def assert_spread(self, found, *expected):
        for name, value in zip(["median", "min", "max"], expected):
            self.assertAlmostEqual(found[name], value, msg=name)

    def test_takes_time_from_rates(self):
        self.assert_spread(self.one["transaction_ms"], 0.25, 0.2, 0.5)

    def test_adds_what_the_steps_take(self):
        self.assert_spread(self.one["ratio"], 0.5 / 0.25, 1 / 0.55, 0.8 / 0.3)

    def test_takes_the_rows_out_of_a_busy_servers_time_since_the_transaction_holds_them(self):
        self.assert_spread(self.one["busy_ms"], 0.1, 0.1, 0.15)
        self.assert_spread(self.one["ratio_busy"], 0.5 / 0.3, 1 / 0.6, 0.8 / 0.4)

    def test_adds_all_of_a_busy_servers_time(self):
        self.assert_spread(self.one["whole_ms"], 0.15, 0.14, 0.18)
        self.assert_spread(self.one["ratio_whole"], 1 / 0.65, 0.5 / 0.34, 0.8 / 0.43)


if __name__ == "__main__":
    unittest.main()
