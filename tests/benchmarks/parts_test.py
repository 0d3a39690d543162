import unittest

from suite import parts

JUDGE = """\
1234
\t    7f00 BN_mod_exp_mont
\t    5600 livecert::x509::judge
\t    5500 livecert::service::prepare_cert
\t    5400 livecert::api::Gateway::handle

"""
SYNC = """\
1235
\t    ffff do_syscall_64
\t    7f01 fdatasync
\t    7f00 sqlite3WalFrames
\t    5600 livecert::store::sqlite::Connection::execute
\t    5500 livecert::store::sqlite::Writer::run

"""
UNKNOWN = "1236\n\t    7f00 [unknown]\n\n"


class Parts(unittest.TestCase):
    def test_counts_a_sample_for_the_first_part_that_its_stack_names(self):
        self.assertEqual(parts.shares((JUDGE * 2 + SYNC + UNKNOWN).splitlines(keepends=True)),
                         ([("certificate part", 50.0), ("writer: the sync itself", 25.0), (parts.OTHER, 25.0)], 4))

    def test_counts_the_last_sample_without_an_empty_line_after_it(self):
        self.assertEqual(parts.shares(JUDGE.rstrip("\n").splitlines(keepends=True)), ([("certificate part", 100.0)], 1))

    def test_finds_nothing_in_nothing(self):
        self.assertEqual(parts.shares([]), ([], 0))


if __name__ == "__main__":
    unittest.main()
