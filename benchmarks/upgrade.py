#!/usr/bin/env python3
"""upgrade.py BUILD OUTPUT [CHAINS]: how long a store of format 5 with so many chains is taken forward.

Fills a store, makes it format 5 again, and starts a command on it that opens it. Prints how long that took beside a start
of the upgraded store, the processor time, the log that it wrote, and the most that the data directory took.
Writes OUTPUT/upgrade.json.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time


def size_of(folder):
    total = 0
    for entry in os.scandir(folder):
        try:
            total += entry.stat().st_size
        except FileNotFoundError:
            pass  # the log's index comes and goes
    return total


class Watch(threading.Thread):
    """The most bytes that a folder holds, looked at ten times a second."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.most, self.is_over = folder, 0, threading.Event()

    def run(self):
        while not self.is_over.wait(0.1):
            self.most = max(self.most, size_of(self.folder))


def open_store(livecert, data_dir):
    watch = Watch(data_dir)
    watch.start()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    done = subprocess.run([livecert, "account", "list", "--offline", data_dir], check=False, capture_output=True, text=True)
    seconds = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    watch.is_over.set()
    watch.join()
    if done.returncode != 0:
        sys.exit(f"upgrade.py: {done.stderr}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        "most_bytes": watch.most,
        "log": done.stderr,
    }


def main():
    build, output, chains = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    livecert, fill = os.path.join(build, "livecert"), os.path.join(build, "livecert-fill")
    folder = tempfile.mkdtemp(prefix="upgrade-", dir=output)
    try:
        data_dir = os.path.join(folder, "data")
        subprocess.run([fill, "--data-dir", data_dir, "--chains", str(chains), "--format", "5"], check=True)
        store = size_of(data_dir)
        upgrade = open_store(livecert, data_dir)
        start = open_store(livecert, data_dir)
        figures = {"chains": chains, "store_bytes": store, "upgrade": upgrade, "start": start}
        with open(os.path.join(output, "upgrade.json"), "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=2)
        print(upgrade["log"], end="")
        print(
            f"{chains} chains, a store of {store / 1e6:.0f} MB: upgraded in {upgrade['seconds']} s "
            f"({upgrade['processor_seconds']} s of processor time), with at most {upgrade['most_bytes'] / 1e6:.0f} MB in "
            f"the data directory. A start afterwards takes {start['seconds']} s."
        )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
