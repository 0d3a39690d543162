import pathlib
import re
import unittest

from suite import parts


def sample(*functions):
    """As perf prints it: the thread, then its functions from the innermost outwards."""
    return "   1234 \n" + "".join(f"\t    7f00 {function}\n" for function in functions) + "\n"


JUDGE = sample("BN_mod_exp_mont", "livecert::x509::judge", "livecert::service::prepare_cert",
               "livecert::api::Gateway::handle")
COMMITTING = ("sqlite3_step", "livecert::store::sqlite::Connection::run<>",
              "livecert::store::sqlite::Writer::attempt_once", "livecert::store::sqlite::Writer::run")
SYNC = sample("do_syscall_64", "fdatasync", "sqlite3WalFrames", *COMMITTING)
COMMIT = sample("sqlite3WalFrames", *COMMITTING)
ROWS = sample("sqlite3_step", "livecert::store::sqlite::Writer::apply_all", *COMMITTING[-2:])
CHECKPOINT = sample("fdatasync", "sqlite3WalCheckpoint", "livecert::store::sqlite::Checkpointer::finish",
                    "livecert::store::sqlite::Writer::run")
HAND_OVER = sample("epoll_ctl", "boost::asio::detail::scheduler::post_immediate_completion",
                   "livecert::net::Connection::answer", "livecert::net::WorkerPool::Worker::run")
FINISHING = ("livecert::api::Answerer::finish", "livecert::net::Connection::answer")
LOGGING = ("spdlog::logger::log_it_", "livecert::app::log_access", *FINISHING)
ON_NETWORK_THREAD = ("boost::asio::detail::scheduler::do_run_one", "boost::asio::detail::scheduler::run")
ON_WORKER = ("livecert::net::WorkerPool::Worker::run",)
UNKNOWN = sample("[unknown]")
SOURCES = pathlib.Path(__file__).parents[2] / "src"


class Parts(unittest.TestCase):
    def test_counts_a_sample_for_the_first_part_that_its_stack_names(self):
        self.assertEqual(parts.shares((JUDGE * 2 + SYNC + UNKNOWN).splitlines(keepends=True)),
                         ([("certificate part", 50.0), ("writer: the sync itself", 25.0), (parts.OTHER, 25.0)], 4))

    def test_counts_the_last_sample_without_an_empty_line_after_it(self):
        self.assertEqual(parts.shares(JUDGE.rstrip("\n").splitlines(keepends=True)), ([("certificate part", 100.0)], 1))

    def test_tells_what_lies_within_from_what_lies_around(self):
        self.assertEqual(parts.part_of(CHECKPOINT), "checkpoints, their syncs included")
        self.assertEqual(parts.part_of(COMMIT), "writer: begin and commit, without the sync")
        self.assertEqual(parts.part_of(ROWS), "writer: decisions and rows")
        self.assertEqual(parts.part_of(HAND_OVER), "answer handed to its network thread")
        self.assertEqual(parts.part_of("__libc_sendmsg\nboost::asio::detail::scheduler::run"),
                         "network threads: sending and receiving")

    def test_finds_the_answer_and_the_log_on_either_thread(self):
        for thread in [ON_NETWORK_THREAD, ON_WORKER]:
            self.assertEqual(parts.part_of(sample(*LOGGING, *thread)), "access log")
            self.assertEqual(parts.part_of(sample("livecert::api::success_response", *FINISHING, *thread)),
                             "answer made, request id")

    def test_knows_no_function_of_ours_that_is_gone(self):
        code = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.cpp"))
        foreign = {"asio", "detail", "scheduler", "post_immediate_completion", "epoll_reactor", "interrupt", "run",
                   "send", "recv", "msg", "sys_", "__libc_", "__", "fdatasync", "sys_fdatasync"}
        for name, pattern in parts.PARTS:
            for word in re.findall(r"\w{2,}", pattern.replace("\\b", "").replace("(?m)", "")):
                if word not in foreign:
                    self.assertTrue(re.search(rf"\b{word}\b", code), f"{name}: {word}")

    def test_finds_nothing_in_nothing(self):
        self.assertEqual(parts.shares([]), ([], 0))


if __name__ == "__main__":
    unittest.main()
