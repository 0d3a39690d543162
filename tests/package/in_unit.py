#!/usr/bin/python3
"""Runs a command as a unit of systemd would run it, where systemd is not process 1.

    in_unit.py UNIT UID [--writable FOLDER]... [--credential NAME=FILE]... -- COMMAND...

The command gets what the unit's [Service] section leaves a service: the user UID without any capability, a file system
that is read-only but for the folders that are named, a /proc of its own processes, a /dev of a few devices, and the
filter of system calls, made from systemd's own lists. A setting that this program does not know is an error, so that it
cannot fall behind the unit. Needs root, and Debian's python3-seccomp.
"""
import ctypes
import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import seccomp

# What starts, stops and names the service, or is given on the command line here.
OTHERWISE = {"Type", "ExecStart", "ExecReload", "Restart", "RestartSec", "TimeoutStopSec", "User", "Group", "LoadCredential",
             "StateDirectory", "StateDirectoryMode", "LimitMEMLOCK", "LogsDirectory", "LogsDirectoryMode"}
# What takes rights away, with the values that this program can apply.
APPLIED = {
    "NoNewPrivileges": {"yes"}, "CapabilityBoundingSet": {""}, "AmbientCapabilities": {""}, "ProtectSystem": {"strict"},
    "ProtectHome": {"yes"}, "PrivateTmp": {"yes"}, "PrivateDevices": {"yes"}, "PrivateMounts": {"yes"},
    "ProtectKernelTunables": {"yes"}, "ProtectControlGroups": {"yes"}, "ProtectProc": {"invisible"}, "ProcSubset": {"pid"},
    "MemoryDenyWriteExecute": {"yes"}, "RestrictNamespaces": {"yes"}, "RestrictSUIDSGID": {"yes"}, "LimitCORE": {"0"},
    "UMask": {"0077"}, "SystemCallArchitectures": {"native"}, "SystemCallErrorNumber": {"EPERM"},
}
# What the filter of system calls and the missing capabilities refuse already.
IMPLIED = {"ProtectClock", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "KeyringMode", "LockPersonality",
           "RemoveIPC", "RestrictRealtime"}
FILTERS = {"SystemCallFilter", "RestrictAddressFamilies"}

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
CLONE_NEWNS = 0x20000
NAMESPACES = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP, PR_SET_PDEATHSIG, PR_SET_KEEPCAPS = 38, 24, 1, 8
SIGKILL = 9

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), what)


def mount(source, target, kind=None, flags=0, options=None):
    encode = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    check(libc.mount(*encode, ctypes.c_ulong(flags), None if options is None else options.encode()), f"mount {target}")


def settings_of(unit):
    found = []
    section = None
    for line in Path(unit).read_text().splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and line and not line.startswith("#"):
            found.append(tuple(line.split("=", 1)))
    for name, value in found:
        known = name in OTHERWISE | IMPLIED | FILTERS or value in APPLIED.get(name, ())
        if not known:
            raise SystemExit(f"in_unit.py does not know {name}={value}")
    missing = set(APPLIED) - {name for name, _ in found}
    if missing:
        raise SystemExit(f"in_unit.py applies what the unit does not have: {sorted(missing)}")
    return found


def calls_of(group):
    """The system calls of one of systemd's groups, and of those within it."""
    told = subprocess.run(["systemd-analyze", "syscall-filter", group], check=True, text=True, capture_output=True).stdout
    calls = set()
    for line in told.splitlines()[1:]:
        name = line.strip()
        if name.startswith("@"):
            calls |= calls_of(name)
        elif name and not name.startswith("#"):
            calls.add(name)
    return calls


def allowed_calls(settings):
    # systemd adds these to each list of what is allowed (systemd.exec(5)).
    allowed = calls_of("@default") | {"execve"}
    for name, value in settings:
        if name != "SystemCallFilter":
            continue
        takes = value.startswith("~")
        for word in value.lstrip("~").split():
            calls = calls_of(word) if word.startswith("@") else {word}
            allowed = allowed - calls if takes else allowed | calls
    return allowed


def try_rule(rules, action, call, *arguments):
    try:
        rules.add_rule(action, call, *arguments)
    except (OSError, ValueError, RuntimeError):  # a system call that this machine does not have
        pass


def make_filters(settings):
    refuse = seccomp.ERRNO(errno.EPERM)
    calls = seccomp.SyscallFilter(refuse)
    for call in allowed_calls(settings):
        try_rule(calls, seccomp.ALLOW, call)

    more = seccomp.SyscallFilter(seccomp.ALLOW)
    families = " ".join(value for name, value in settings if name == "RestrictAddressFamilies").split()
    allowed = {int(getattr(__import__("socket"), family)) for family in families}
    for family in set(range(64)) - allowed:
        more.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.EQ, family))
    # MemoryDenyWriteExecute
    write_and_execute = seccomp.Arg(2, seccomp.MASKED_EQ, 6, 6)
    more.add_rule(refuse, "mmap", write_and_execute)
    for call in ("mprotect", "pkey_mprotect"):
        more.add_rule(refuse, call, seccomp.Arg(2, seccomp.MASKED_EQ, 4, 4))
    # RestrictNamespaces
    for flag in NAMESPACES:
        more.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
        more.add_rule(refuse, "unshare", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    more.add_rule(refuse, "setns")
    more.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its arguments are in memory, which no filter sees
    # RestrictSUIDSGID
    for call, argument in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2)):
        for bit in (0o4000, 0o2000):
            more.add_rule(refuse, call, seccomp.Arg(argument, seccomp.MASKED_EQ, bit, bit))
    return more, calls


def close_files(writable):
    check(libc.unshare(CLONE_NEWNS), "unshare")
    mount(None, "/", flags=MS_REC | MS_PRIVATE)
    for folder in writable:
        mount(folder, folder, flags=MS_BIND)
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for point in sorted({re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), point) for point in points}):
        if point in writable or point.split("/")[1] in ("proc", "dev", "sys"):
            continue
        try:
            mount(None, point, flags=MS_REMOUNT | MS_BIND | MS_RDONLY)
        except OSError:  # a point below another one that hides it
            pass
    for hidden in ("/home", "/root", "/tmp", "/var/tmp"):
        if os.path.isdir(hidden) and not any(folder.startswith(hidden + "/") for folder in writable):
            mount("tmpfs", hidden, "tmpfs", MS_NOSUID | MS_NODEV | (0 if "tmp" in hidden else MS_RDONLY), "mode=1777")
    mount("sysfs", "/sys", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV)
    close_devices()
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=invisible,subset=pid")


def close_devices():
    kept = ("null", "zero", "full", "random", "urandom", "tty")
    opened = {name: os.open(f"/dev/{name}", os.O_PATH) for name in kept}
    mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755")
    for name, device in opened.items():
        os.close(os.open(f"/dev/{name}", os.O_CREAT))
        mount(f"/proc/self/fd/{device}", f"/dev/{name}", flags=MS_BIND)
        os.close(device)


def give_up_rights(user):
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    os.umask(0o077)


def main():
    words = sys.argv[1:]
    settings, user = settings_of(words[0]), int(words[1])
    words = words[2:]
    writable, credentials = [], []
    while words[0] != "--":
        (writable if words[0] == "--writable" else credentials).append(words[1])
        words = words[2:]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
                   "STATE_DIRECTORY": ":".join(writable)}
    filters = make_filters(settings)
    contents = {name: Path(file).read_bytes() for name, file in (pair.split("=", 1) for pair in credentials)}
    close_files(writable)
    if contents:
        folder = Path("/tmp/credentials")
        folder.mkdir(mode=0o700)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o400)
            os.chown(folder / name, user, user)
        os.chown(folder, user, user)
        environment["CREDENTIALS_DIRECTORY"] = str(folder)
    give_up_rights(user)
    for one in filters:
        one.load()
    os.execve(words[1], words[1:], environment)


main()
