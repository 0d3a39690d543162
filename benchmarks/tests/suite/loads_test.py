import os
import tempfile
import unittest

from suite import loads
from suite.programs import Failure


class PgbenchLog(unittest.TestCase):
    """Lines as pgbench -l writes them: client, transaction, latency in µs, script, end in s and µs."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.prefix = os.path.join(folder.name, "latencies")

    def write(self, thread, transactions):
        with open(f"{self.prefix}.{thread}", "w", encoding="utf-8") as file:
            for number, (end_us, latency_us) in enumerate(transactions):
                file.write(f"0 {number} {latency_us} 0 {end_us // 1_000_000} {end_us % 1_000_000}\n")

    def summarise(self, elapsed=60.0, client_seconds=0.5):
        return loads._summarise_pgbench(self.prefix, elapsed, client_seconds)

    def test_counts_from_the_first_start_to_the_last_end(self):
        """Starts at 100.9 s, ends at 102.9 s, over a change of the second: 4 in 2 s, though it ran for 60."""
        self.write(1, [(101_000_000, 100_000), (101_500_000, 2_000)])
        self.write(2, [(102_000_001, 1_000), (102_900_000, 4_000)])
        summary = self.summarise()
        self.assertEqual(summary["requests"], 4)
        self.assertAlmostEqual(summary["seconds"], 2.0)
        self.assertAlmostEqual(summary["requests_per_second"], 2.0)
        self.assertEqual(summary["errors"], 0)

    def test_ranks_latencies_in_milliseconds_across_all_threads(self):
        self.write(1, [(100_000_000 + i * 10_000, i * 1000) for i in range(1, 51)])
        self.write(2, [(100_000_000 + i * 10_000, i * 1000) for i in range(51, 101)])
        summary = self.summarise()
        ranks = [summary[name] for name in ["p50_ms", "p90_ms", "p99_ms", "max_ms"]]
        self.assertEqual(ranks, [51, 91, 100, 100])

    def test_of_one_transaction_every_rank_is_that_one(self):
        self.write(1, [(101_000_000, 7_000)])
        summary = self.summarise()
        self.assertEqual({summary[name] for name in ["p50_ms", "p90_ms", "p99_ms", "max_ms"]}, {7})

    def test_divides_the_clients_time_by_the_transactions(self):
        self.write(1, [(101_000_000, 1_000), (102_000_000, 1_000)])
        self.assertEqual(self.summarise(client_seconds=0.5)["client_processor_ms_per_request"], 250)

    def test_removes_its_logs_so_that_the_next_run_counts_only_its_own(self):
        self.write(1, [(101_000_000, 1_000)])
        self.summarise()
        self.assertEqual(os.listdir(os.path.dirname(self.prefix)), [])

    def test_leaves_other_files_alone(self):
        other = os.path.join(os.path.dirname(self.prefix), "insert.sql")
        with open(other, "w", encoding="utf-8") as file:
            file.write("INSERT")
        self.write(1, [(101_000_000, 1_000)])
        self.summarise()
        self.assertTrue(os.path.exists(other))

    def test_fails_when_nothing_was_done(self):
        with self.assertRaises(Failure):
            self.summarise()
        self.write(1, [])
        with self.assertRaises(Failure):
            self.summarise()


if __name__ == "__main__":
    unittest.main()
