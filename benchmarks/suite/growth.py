"""The same requests against stores of a thousand chains to a million."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

from suite import figures, loads
from suite.programs import Failure, Livecert

SIZES = [1_000, 10_000, 100_000, 1_000_000]
MOST_ACCOUNTS = 20
PAGE = 100
READ_SECONDS = 2
CREATE_SECONDS = 3
CREATES_AT = 32  # connections
REPETITIONS = 3
CREATE_TURNS = 4  # half of them begin with the one store, half with the other


def accounts_of(chains):
    """So many that each has a thousand chains at least, and every page is full."""
    return max(1, min(MOST_ACCOUNTS, chains // 1000))


def _page(number=1, **more):
    return {"PageNum": max(1, number), "PageSize": PAGE, **more}


def reads_of(chains):
    """(group, name, body of ListCertV2 or none for a description). Pages that exist for each account."""
    each = chains // accounts_of(chains)
    last = each // PAGE
    rare = f"{chains // 2 - chains // 2 % accounts_of(chains):07}"
    return [
        ("describe", "DescribeCertDetailSecretV2", None),
        ("page", "first page", _page()),
        ("page", "middle page", _page(last // 2)),
        ("page", "last page", _page(last)),
        ("filter", "name, of one", _page(CertName=rare)),
        ("filter", "name, of none", _page(CertName="nothing like it")),
        ("filter", "name, of all; last page", _page(last, CertName="example")),
        ("filter", "domain", _page(Domain="www.live-0000100.example.net")),
        ("filter", "project; last page", _page(last // 5, ProjectName="vod")),
        ("filter", "expired", _page(Available=True, Expiring=True)),
        ("filter", "expired; far down", _page(last // 10, Available=True, Expiring=True)),
        ("filter", "not expired; far down", _page(last * 3 // 5, Available=True, Expiring=False)),
        ("filter", "name, project and expired", _page(CertName="live-", ProjectName="default", Available=True,
                                                      Expiring=True)),
    ]


class Growth:
    def __init__(self, binary, work, say):
        """`binary`: the path of one by its name; `say`: told what is going on."""
        self._binary = binary
        self._work = os.path.join(work, "growth")
        self._say = say
        self._best_rate = 4000

    def run(self, sizes):
        stores = []
        for chains in sizes:
            self._say(f"A store of {chains:,} chains")
            with contextlib.ExitStack() as stack:
                stack.callback(shutil.rmtree, self._work, ignore_errors=True)
                stores.append(self._measure(chains, stack))
        return {"stores": stores, "page": PAGE, "connections": CREATES_AT}

    def _measure(self, chains, stack):
        folder = os.path.join(self._work, "filled")
        store = {"chains": chains, "accounts": accounts_of(chains), **self._fill(chains, folder)}
        binary = self._binary("livecert")
        store["start_seconds"] = []
        for _ in range(REPETITIONS):
            with Livecert(binary, folder) as server:
                store["start_seconds"].append(server.start_seconds)
        server = stack.enter_context(Livecert(binary, folder))
        store["start_seconds"] = figures.spread([*store["start_seconds"], server.start_seconds])
        store["reads"] = [self._read(server, *read) for read in reads_of(chains)]
        store["whole_list"] = self._read_whole_list(server)
        store["creates"], store["create_ratio"] = self._compare_creates(server)
        store["anonymous_mib"] = server.resident_mib("RssAnon")
        store["start_after_kill_seconds"] = self._start_after_kill(server, folder)
        return store

    def _fill(self, chains, folder):
        data = os.path.join(folder, "data")
        done = subprocess.run([self._binary("livecert-fill"), "--data-dir", data, "--chains", str(chains), "--accounts",
                               str(accounts_of(chains))], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failure("livecert-fill failed: " + done.stderr.strip())
        seconds = json.loads(done.stdout)["seconds"]
        file = os.path.join(data, "livecert.db")
        return {"filled_per_second": chains / seconds, "bytes_per_chain": os.path.getsize(file) / chains,
                "parts": _bytes_of_parts(file, chains)}

    def _read(self, server, group, name, body):
        action = "ListCertV2" if body else "DescribeCertDetailSecretV2"
        runs = [loads.livecert(self._binary("livecert-bench"), server, action, 1, READ_SECONDS, body=body)
                for _ in range(REPETITIONS)]
        read = {"group": group, "name": name, **figures.combine(runs)}
        _note(f"{name}: p50 {read['p50_ms']['median']:.2f} ms, p99 {read['p99_ms']['median']:.2f} ms")
        return read

    def _read_whole_list(self, server):
        """Everything an account has in one answer, again and again, while others upload."""
        before = server.resident_mib("RssAnon")
        with _Sampler(server) as sampler, _Background(self._binary("livecert-bench"), server):
            run = loads.livecert(self._binary("livecert-bench"), server, "ListCertV2", 2, READ_SECONDS,
                                 body={"CertName": ""})
        return {"p50_ms": run["p50_ms"], "requests": run["requests"], "errors": run["errors"],
                "anonymous_mib_before": before, "anonymous_mib_most": sampler.anonymous_mib,
                "log_mib_most": sampler.log_mib}

    def _create(self, server, seconds, connections=CREATES_AT):
        """With a half more certificates than the best run so far would have used up: making them takes long."""
        run = loads.livecert(self._binary("livecert-bench"), server, "CreateCert", connections, seconds,
                             count=int(self._best_rate * 1.5 * seconds))
        self._best_rate = max(self._best_rate, run["requests_per_second"])
        return run

    def _compare_creates(self, server):
        """By turns with a store that is empty but for what the earlier turns wrote."""
        ours, theirs = [], []
        with Livecert(self._binary("livecert"), os.path.join(self._work, "empty")) as empty:
            for turn in range(CREATE_TURNS):
                pair = [(theirs, empty), (ours, server)]
                for runs, one in pair if turn % 2 == 0 else reversed(pair):
                    runs.append(self._create(one, CREATE_SECONDS))
        ratio = figures.paired_ratio(ours, theirs, "requests_per_second")
        _note(f"CreateCert: {ratio['median']:.2f} of the empty store's rate")
        return figures.combine(ours), ratio

    def _start_after_kill(self, server, folder):
        """With a write-ahead log as full as uploads have just left it."""
        self._create(server, 1)
        server.kill()
        with Livecert(self._binary("livecert"), folder) as again:
            return again.start_seconds


class _Sampler:
    """The most of what a server holds while this is entered."""

    def __init__(self, server):
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.anonymous_mib = 0
        self.log_mib = 0

    def _run(self):
        while not self._over.wait(0.02):
            self.anonymous_mib = max(self.anonymous_mib, self._server.resident_mib("RssAnon"))
            self.log_mib = max(self.log_mib, self._server.log_mib())

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


class _Background:
    """Uploads over a few connections while this is entered, begun when that is done, and for a moment longer."""

    def __init__(self, bench, server):
        self._bench = bench
        self._server = server
        self._thread = threading.Thread(target=self._upload)

    def _upload(self):
        loads.livecert(self._bench, self._server, "CreateCert", 4, READ_SECONDS + 2, count=3000 * (READ_SECONDS + 2),
                       key_type="ec256")

    def __enter__(self):
        before = self._server.last_written()
        self._thread.start()
        while self._thread.is_alive() and self._server.last_written() == before:
            time.sleep(0.01)

    def __exit__(self, *_):
        self._thread.join()


def _note(text):
    print(f"  {text}", file=sys.stderr, flush=True)


def _bytes_of_parts(file, chains):
    """Of each table and index its pages and what is in them, in bytes for each chain; empty without SQLite's dbstat."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            # Page by page: the sums that dbstat makes itself overflow beyond 2 GiB.
            rows = database.execute("SELECT name, sum(pgsize), sum(payload) FROM dbstat GROUP BY name "
                                    "ORDER BY 2 DESC").fetchall()
    except sqlite3.OperationalError:
        return []
    return [{"name": name, "pages": pages / chains, "payload": payload / chains} for name, pages, payload in rows
            if pages / chains >= 1]
