"""Programs that are measured: each on loopback, on free ports, in a folder of its own, stopped by its process id."""

import contextlib
import glob
import json
import os
import pwd
import random
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """Something that ends the run, in words for its user."""


def free_port():
    """Below the ports of outgoing connections, any of which could take the port before the program starts."""
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", random.randrange(10_000, 32_000)))
                return probe.getsockname()[1]
            except OSError:
                continue


def _stat(pid):
    """The fields of /proc/PID/stat after the name; None when the process has gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()
    except OSError:
        return None


def processor_seconds(pid):
    """Of a process, of its children that have ended, and of those that live."""
    own = _stat(pid)
    ticks = sum(int(field) for field in own[11:15])
    for name in os.listdir("/proc"):
        fields = _stat(name) if name.isdigit() else None
        if fields and int(fields[1]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


class Program:
    """A process that serves. Subclasses set `name` and say by `_is_ready` when it does."""

    name = ""

    def __init__(self, folder):
        self.folder = folder
        self._process = None
        self.start_seconds = None  # from the start of the process until it served
        os.makedirs(folder, exist_ok=True)

    def _start(self, command, **options):
        begin = time.monotonic()
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
        deadline = time.monotonic() + 30
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Failure(f"{self.name} did not start; its log is {os.path.join(self.folder, 'log')}")
            time.sleep(0.005)
        self.start_seconds = time.monotonic() - begin

    def _is_ready(self):
        raise NotImplementedError

    def processor_seconds(self):
        return processor_seconds(self._process.pid)

    def resident_mib(self, kind="VmRSS"):
        """`kind`: a line of /proc/PID/status; RssAnon is what is not pages of files."""
        with open(f"/proc/{self._process.pid}/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(kind)) / 1024

    def stop(self):
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self):
        """Without letting it finish anything."""
        self._process.kill()
        self._process.wait()
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Livecert(Program):
    name = "livecert"

    def __init__(self, binary, folder):
        """With the store that lies in the folder's `data`, or a new one."""
        super().__init__(folder)
        self._data = os.path.join(folder, "data")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(self._data, "addresses.json"))
        self._start([binary, "serve", "--data-dir", self._data, "--http", "127.0.0.1:0", "--rate-limit", "0"])
        with open(os.path.join(self._data, "addresses.json"), encoding="utf-8") as file:
            self.url = "http://" + json.load(file)["http"]

    def _is_ready(self):
        path = os.path.join(self._data, "addresses.json")
        return os.path.exists(path) and os.path.getsize(path) > 0

    @property
    def credentials(self):
        """Of the accounts that a filled store has, else of the root account."""
        customers = sorted(glob.glob(os.path.join(self._data, "customer-*.json")))
        return customers or [os.path.join(self._data, "credentials.json")]

    def log_mib(self):
        """The write-ahead log's size."""
        return os.path.getsize(os.path.join(self._data, "livecert.db-wal")) / 2 ** 20

    def last_written(self):
        """When something was, by the log."""
        return os.stat(os.path.join(self._data, "livecert.db-wal")).st_mtime_ns


class Etcd(Program):
    name = "etcd"

    def __init__(self, folder):
        super().__init__(folder)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        peer = f"http://127.0.0.1:{free_port()}"
        self._start(["etcd", "--data-dir", os.path.join(folder, "data"), "--name", "bench",
                     "--listen-client-urls", self.url, "--advertise-client-urls", self.url,
                     "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                     "--initial-cluster", f"bench={peer}", "--logger", "zap", "--log-level", "error"])

    def _is_ready(self):
        return _accepts(self._port)


class Postgres(Program):
    """Debian's newest PostgreSQL with its defaults (fsync and synchronous_commit are on) and one table."""

    name = "postgresql"

    def __init__(self, folder):
        super().__init__(folder)
        self._port = free_port()
        found = glob.glob("/usr/lib/postgresql/*/bin")
        if not found:
            raise Failure("PostgreSQL is not installed")
        self._bin = max(found, key=lambda path: float(path.split("/")[-2]))
        self._as_user = self._give_away() if os.getuid() == 0 else {}
        data = os.path.join(folder, "data")
        made = subprocess.run([f"{self._bin}/initdb", "--auth=trust", "--username=bench", "--no-locale", "-D", data],
                              capture_output=True, text=True, cwd=folder, check=False, **self._as_user)
        if made.returncode != 0:
            raise Failure("initdb failed: " + made.stderr.strip())
        self._start([f"{self._bin}/postgres", "-D", data, "-p", str(self._port), "-h", "127.0.0.1", "-k", ""],
                    cwd=folder, **self._as_user)
        # Stored as it is: trying to compress it and moving it out of the row would only cost.
        self.run("CREATE TABLE records (id bigint PRIMARY KEY, record bytea NOT NULL);"
                 "ALTER TABLE records ALTER record SET STORAGE PLAIN")

    def _give_away(self):
        """PostgreSQL does not run as root; Debian makes it a user."""
        user = pwd.getpwnam("postgres")
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _is_ready(self):
        return subprocess.run([f"{self._bin}/pg_isready", "-q", *self.address], check=False).returncode == 0

    def run(self, sql):
        subprocess.run([f"{self._bin}/psql", "-q", *self.address, "-U", "bench", "-d", "postgres", "-c", sql],
                       check=True, capture_output=True)

    @property
    def address(self):
        return ["-h", "127.0.0.1", "-p", str(self._port)]

    @property
    def pgbench(self):
        return f"{self._bin}/pgbench"


def _accepts(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
