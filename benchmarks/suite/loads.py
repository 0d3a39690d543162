"""One measurement each; every function returns a dict of figures."""

import glob
import json
import os
import subprocess
import time

from suite.programs import Failure


def _run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip()).split("\n")
        raise Failure(f"{os.path.basename(command[0])} failed: " + " / ".join(words[-3:]))
    return done.stdout


def _with_server_time(server, measure):
    before = server.processor_seconds()
    figures = measure()
    used = server.processor_seconds() - before
    figures["server_processor_ms_per_request"] = used * 1000 / figures["requests"]
    return figures


def livecert(bench, server, action, connections, seconds, count=1, body=None, key_type="rsa2048"):
    """`count`: how many writes are prepared; `body`: of a list, instead of its first page."""
    command = [bench, "--endpoint", server.url, "--action", action, "--json", "--connections", str(connections),
               "--seconds", str(seconds), "--certificates", str(count), "--key-type", key_type]
    for file in server.credentials:
        command += ["--credentials", file]
    if body:
        command += ["--body", json.dumps(body)]
    return _with_server_time(server, lambda: json.loads(_run(command)))


def etcd(bench, server, connections, seconds, count):
    command = [bench, "--peer", "etcd", "--endpoint", server.url, "--json", "--connections", str(connections),
               "--seconds", str(seconds), "--certificates", str(count)]
    return _with_server_time(server, lambda: json.loads(_run(command)))


def postgres(server, connections, seconds, record, folder):
    """A prepared INSERT of one row, which is a transaction, sent over TCP like the other requests."""
    script = os.path.join(folder, "insert.sql")
    with open(script, "w", encoding="utf-8") as file:
        file.write("\\set id random(1, 9223372036854775806)\n"
                   "INSERT INTO records (id, record) VALUES (:id, :record)\n")
    prefix = os.path.join(folder, "latencies")
    command = [server.pgbench, *server.address, "-U", "bench", "-n", "-M", "prepared", "-f", script,
               "-D", "record=\\x" + record.hex(), "-c", str(connections), "-j", "1", "-T", str(seconds),
               "-l", f"--log-prefix={prefix}", "postgres"]

    def measure():
        before = os.times()
        begin = time.monotonic()
        _run(command)
        elapsed = time.monotonic() - begin
        after = os.times()
        client = after.children_user + after.children_system - before.children_user - before.children_system
        return _summarise_pgbench(prefix, elapsed, client)

    return _with_server_time(server, measure)


def _summarise_pgbench(prefix, elapsed, client_seconds):
    times = []  # (when it ended, latency), both in microseconds
    for path in glob.glob(prefix + ".*"):
        with open(path, encoding="utf-8") as file:
            for line in file:
                fields = line.split()
                times.append((int(fields[4]) * 1_000_000 + int(fields[5]), int(fields[2])))
        os.unlink(path)
    if not times:
        raise Failure("pgbench did nothing")
    # From the first start to the last end: connecting does not count.
    first = min(end - latency for end, latency in times)
    seconds = (max(end for end, _ in times) - first) / 1e6
    latencies = sorted(latency for _, latency in times)

    def rank(share):
        return latencies[min(len(latencies) - 1, int(share * len(latencies)))] / 1000

    return {"requests_per_second": len(times) / seconds, "p50_ms": rank(0.5), "p90_ms": rank(0.9), "p99_ms": rank(0.99),
            "max_ms": latencies[-1] / 1000, "requests": len(times), "errors": 0, "seconds": min(seconds, elapsed),
            "client_processor_ms_per_request": client_seconds * 1000 / len(times)}


def microbench(binary, folder, benchmarks, repetitions, min_time):
    """Google Benchmark's JSON; repetitions of different benchmarks interleave, so that a busy moment hits all alike."""
    output = os.path.join(folder, "microbench.json")
    _run([binary, f"--benchmark_filter={benchmarks}", f"--benchmark_repetitions={repetitions}",
          f"--benchmark_min_time={min_time}", "--benchmark_enable_random_interleaving=true",
          f"--benchmark_out={output}", "--benchmark_out_format=json"], env={**os.environ, "TMPDIR": folder})
    with open(output, encoding="utf-8") as file:
        return [run for run in json.load(file)["benchmarks"] if run["run_type"] == "iteration"]


def bare_sqlite(binary, folder, group, min_time):
    """Rows written in this process; a row stands for a request."""
    runs = microbench(binary, folder, f"peer/sqlite/{group}/", 1, min_time)
    row = runs[0]
    return {"requests_per_second": 1e9 / row["real_time"], "requests": row["iterations"], "errors": 0,
            "server_processor_ms_per_request": row["cpu_time"] / 1e6}
