"""What the figures were measured on."""

import os
import platform
import re
import statistics
import subprocess
import time


def _output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _first_match(path, pattern):
    with open(path, encoding="utf-8") as file:
        found = re.search(pattern, file.read(), re.MULTILINE)
    return found.group(1).strip() if found else "unknown"


def _package_version(package):
    return _output("dpkg-query", "-W", "-f=${Version}", package) or "unknown"


def _filesystem_of(folder):
    """Type of the file system that the folder lies on: the longest mount point above it."""
    best = ("", "unknown")
    with open("/proc/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            _, point, kind = line.split()[:3]
            is_above = os.path.commonpath([point, os.path.abspath(folder)]) == point
            if is_above and len(point) >= len(best[0]):
                best = (point, kind)
    return best[1]


def fdatasync_ms(folder):
    """Median time of a small append made durable: what every lone commit waits for."""
    path = os.path.join(folder, "sync-probe")
    times = []
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for _ in range(100):
            os.write(descriptor, b"x" * 4096)
            begin = time.perf_counter()
            os.fdatasync(descriptor)
            times.append((time.perf_counter() - begin) * 1000)
    finally:
        os.close(descriptor)
        os.unlink(path)
    return statistics.median(times)


def guest_halt_poll_ns():
    """How long an idle processor of a virtual machine polls before it is given back to the host, at most; None where
    Linux does not decide that (https://docs.kernel.org/virt/guest-halt-polling.html)."""
    try:
        with open("/sys/devices/system/cpu/cpuidle/current_governor", encoding="utf-8") as governor:
            if governor.read().strip() != "haltpoll":
                return None
        with open("/sys/module/haltpoll/parameters/guest_halt_poll_ns", encoding="utf-8") as file:
            return int(file.read())
    except OSError:
        return None


def describe(folder):
    memory_kib = int(_first_match("/proc/meminfo", r"^MemTotal:\s+(\d+)"))
    return {
        "processor": _first_match("/proc/cpuinfo", r"^model name\s*:\s*(.*)$"),
        "cores": os.cpu_count(),
        "memory_gib": round(memory_kib / 1024**2, 1),
        "kernel": platform.release(),
        "system": _first_match("/etc/os-release", r'^PRETTY_NAME="(.*)"$'),
        "filesystem": _filesystem_of(folder),
        "fdatasync_ms": round(fdatasync_ms(folder), 3),
        "guest_halt_poll_ns": guest_halt_poll_ns(),
        "compiler": _output("g++", "--version").split("\n")[0],
        "openssl": _package_version("libssl3"),
        "sqlite": _package_version("libsqlite3-0"),
        "load_average": [round(load, 1) for load in os.getloadavg()],
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "commit": _output("git", "describe", "--always", "--dirty"),
    }
