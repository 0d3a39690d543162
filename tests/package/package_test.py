"""The package: what is in it, and, with LIVECERT_LONG, a Debian that is made for it and booted with systemd.

    package_test.py TREE BINARY OUT [TEST...]

It uses the release build that was made already. The Debian runs in namespaces of its own and needs root.
"""
import contextlib
import gzip
import hashlib
import importlib.machinery
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
import unittest.mock
from pathlib import Path

TREE, BINARY, OUT = (Path(word).resolve() for word in sys.argv[1:4])
LONG = os.environ.get("LIVECERT_LONG") is not None
IN_ROOT = ["systemd", "systemd-sysv", "dbus", "ca-certificates", "openssl", "curl", "nginx-light", "haproxy",
           "libspdlog1.10", "libfmt9", "libprometheus-cpp-core1.0", "libcurl4", "libsqlite3-0", "libboost-json1.81.0"]


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], text=True, capture_output=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def build(out):
    """Makes the package; returns what the tool had to say beside it."""
    return subprocess.run([TREE / "tools/package", BINARY, out, "libcli11-dev"], check=True, text=True,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.told = build(OUT)
        cls.deb = next(OUT.glob("livecert_*.deb"))
        cls.content = Path(tempfile.mkdtemp())
        run("dpkg-deb", "-x", cls.deb, cls.content)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.content)

    def test_two_runs_give_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            again = Path(folder) / "deep" / "again"
            build(again)
            for file in sorted(OUT.iterdir()):
                if file.suffix in (".deb", ".gz", ".json"):
                    self.assertEqual(file.read_bytes(), (again / file.name).read_bytes(), file.name)

    def test_lintian_has_nothing_to_say(self):
        changes = next(OUT.glob("*.changes"))
        # The project has no mail address; whoever publishes packages puts theirs into packaging/debian/control.
        told = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags",
                               "bogus-mail-host,bogus-mail-host-in-debian-changelog", changes], text=True,
                              capture_output=True)
        self.assertEqual((told.returncode, told.stdout), (0, ""), told.stderr)

    def test_the_program_is_stripped_and_its_symbols_are_aside(self):
        sections = run("readelf", "-S", self.content / "usr/bin/livecert")
        self.assertNotIn(".debug_info", sections)
        self.assertNotIn(".symtab", sections)
        symbols = run("dpkg-deb", "-c", next(OUT.glob("livecert-dbgsym_*.deb")))
        build_id = re.search(r"Build ID: (\w+)", run("readelf", "-n", self.content / "usr/bin/livecert"))[1]
        self.assertIn(f"/usr/lib/debug/.build-id/{build_id[:2]}/{build_id[2:]}.debug", symbols)

    def test_no_path_of_the_builder_is_in_the_program(self):
        self.assertNotIn(str(TREE).encode(), (self.content / "usr/bin/livecert").read_bytes())

    def test_the_unit_is_exposed_as_little_as_the_page_says(self):
        unit = self.content / "lib/systemd/system/livecert.service"
        told = run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit)
        run("systemd-analyze", "security", "--offline=true", "--threshold=20",
            self.content / "lib/systemd/system/livecert-backup.service")
        exposure = re.search(r"Overall exposure level for livecert.service: (\S+)", told)[1]
        for page in ("docs/installation.md", "docs/installation.zh-CN.md"):
            self.assertIn(f"`{exposure}`", (TREE / page).read_text(), page)

    def test_the_example_configuration_is_one(self):
        with tempfile.TemporaryDirectory() as folder:
            told = run(BINARY, "serve", "--check", "--config", self.content / "etc/livecert/livecert.toml",
                       "--data-dir", Path(folder) / "data", "--http", "127.0.0.1:0", "--lang", "en")
        self.assertIn("There is no store yet", told)

    def test_each_command_has_its_pages(self):
        root = run(BINARY, "manual", "--lang", "en")
        commands = re.findall(r"\\fBlivecert\\-(\w+)\\fR", root)
        self.assertIn("serve", commands)
        for folder in ("man", "man/zh_CN"):
            for command in commands:
                self.assertTrue((self.content / f"usr/share/{folder}/man1/livecert-{command}.1.gz").exists(), command)

    def test_completion_is_there_for_three_shells(self):
        for path in ("bash-completion/completions/livecert", "zsh/vendor-completions/_livecert",
                     "fish/vendor_completions.d/livecert.fish"):
            self.assertIn("rollback", (self.content / "usr/share" / path).read_text())
        run("bash", "-n", self.content / "usr/share/bash-completion/completions/livecert")

    def test_the_bill_of_materials_names_what_the_program_links(self):
        document = json.loads(next(OUT.glob("*.spdx.json")).read_text())
        names = {package["name"] for package in document["packages"]}
        self.assertLessEqual({"livecert", "libssl3", "libsqlite3-0", "libcurl4", "libarchive13", "libldap-2.5-0"}, names)
        of_console = {name.split("node_modules/")[-1] for name, entry in
                      json.loads((TREE / "console/package-lock.json").read_text())["packages"].items()
                      if name and not entry.get("dev") and not entry.get("optional")}
        self.assertIn("react", of_console)
        self.assertLessEqual(of_console, names)
        identifiers = [package["SPDXID"] for package in document["packages"]]
        self.assertEqual(len(identifiers), len(set(identifiers)))

    def test_the_program_links_no_library_that_makes_calls(self):
        linked = run("ldd", self.content / "usr/bin/livecert")
        for library in ("libcurl", "libpq", "libldap", "libgssapi", "libarchive"):
            self.assertNotIn(library, linked)
        self.assertRegex(run("dpkg-deb", "-f", self.deb, "Depends"), r"\blibcurl4\b")

    def test_a_package_without_an_address_for_reports_says_so(self):
        self.assertIn("have nowhere to go", self.told)
        self.assertRegex(run("dpkg-deb", "-f", self.deb, "Maintainer"), r"\.invalid>$")
        page = next((self.content / "usr/share/doc/livecert").glob("SECURITY.md*"))
        text = gzip.decompress(page.read_bytes()).decode() if page.suffix == ".gz" else page.read_text()
        self.assertIn("made without an address for reports", " ".join(text.split()))

    def test_a_package_with_an_address_for_reports_has_it_on_its_pages(self):
        tool = importlib.machinery.SourceFileLoader("package", str(TREE / "tools/package")).load_module()
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.dict(
                os.environ, {"LIVECERT_PUBLISHER": "Somebody <security@example.com>"}):
            self.assertEqual(tool.publisher(), ("Somebody <security@example.com>", "security@example.com"))
            for name in ("SECURITY.md", "SECURITY.zh-CN.md"):
                tool.write_page(name, Path(folder) / name, "security@example.com")
                text = (Path(folder) / name).read_text()
                self.assertIn("<security@example.com>", text)
                self.assertNotIn("<!--", text)
            os.environ["LIVECERT_PUBLISHER"] = "security@example.com"
            self.assertRaises(SystemExit, tool.publisher)

    def test_the_list_of_changes_is_there_in_both_languages(self):
        names = {file.name.lower().removesuffix(".gz") for file in (self.content / "usr/share/doc/livecert").iterdir()}
        self.assertLessEqual({"changelog", "changelog.zh-cn.md"}, names)

    @unittest.skipUnless(LONG, "builds everything twice, which takes many minutes: LIVECERT_LONG")
    def test_two_clones_in_different_folders_give_the_same_bytes(self):
        outs = []
        with tempfile.TemporaryDirectory(dir=OUT.parent) as folder:
            for name in ("one", "another/and/deeper"):
                tree = Path(folder) / name
                run("git", "clone", "-q", TREE, tree)
                # No object may come from a cache that the other one filled.
                environment = {**os.environ, "CCACHE_DISABLE": "1"}
                run("cmake", "--preset", "release", "-DLIVECERT_TESTS=OFF", cwd=tree, env=environment)
                run("cmake", "--build", "build/release", "--target", "livecert", cwd=tree, env=environment)
                out = tree / "build/package"
                run(tree / "tools/package", tree / "build/release/livecert", out, "libcli11-dev")
                outs.append({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in out.iterdir()
                             if file.suffix in (".deb", ".gz", ".json")})
        self.assertGreaterEqual(len(outs[0]), 4)
        self.assertEqual(*outs)

    def test_the_tar_holds_the_same_program(self):
        with tempfile.TemporaryDirectory() as folder:
            run("tar", "-C", folder, "--strip-components=1", "-xzf", next(OUT.glob("*.tar.gz")))
            self.assertEqual((Path(folder) / "usr/bin/livecert").read_bytes(),
                             (self.content / "usr/bin/livecert").read_bytes())
            self.assertTrue((Path(folder) / "usr/lib/systemd/system/livecert.service").exists())


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@unittest.skipUnless(os.geteuid() == 0, "needs root")
class Restrictions(unittest.TestCase):
    """The service under its unit's restrictions, without systemd: tests/package/in_unit.py applies them."""

    USER = 61234  # no user of this machine
    SERVERS = """
        daemon off; master_process off; user root; worker_processes 1; pid {folder}/nginx.pid; error_log stderr;
        events {{ }}
        http {{
          access_log off;
          include {folder}/data/edges/front/livecert.map.conf;
          server {{ listen 127.0.0.1:{nginx} ssl default_server; ssl_reject_handshake on; }}
          server {{
            listen 127.0.0.1:{nginx} ssl;
            server_name ~.;
            ssl_certificate $livecert_certificate;
            ssl_certificate_key $livecert_certificate;
            root $livecert_link;
          }}
        }}
    """
    HAPROXY = """
        global
          stats socket {folder}/run/haproxy.sock mode 666 level admin
        defaults
          mode http
          timeout client 10s
          timeout server 10s
          timeout connect 10s
        frontend https
          bind 127.0.0.1:{haproxy} ssl strict-sni crt-list {folder}/data/edges/haproxy/crt-list
          http-request return status 200
    """
    SETTINGS = """
        fetch_issuers = true
        insecure_fetch_ports = [{issuer}]
        [[edge]]
        name = "front"
        kind = "nginx"
        directory = "{folder}/data/edges/front"
        listen = "127.0.0.1:{nginx}"
        [[edge]]
        name = "haproxy"
        kind = "haproxy"
        directory = "{folder}/data/edges/haproxy"
        socket = "{folder}/run/haproxy.sock"
        listen = "127.0.0.1:{haproxy}"
        [[edge]]
        name = "files"
        kind = "files"
        directory = "{folder}/data/edges/files"
    """

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=OUT.parent))
        self.addCleanup(shutil.rmtree, self.folder)
        self.folder.chmod(0o755)
        for name in ("data", "mark", "data/edges", "data/edges/front", "data/edges/haproxy", "data/edges/files"):
            (self.folder / name).mkdir(mode=0o711 if name == "data" else 0o755)
            os.chown(self.folder / name, self.USER, self.USER)
        (self.folder / "run").mkdir(mode=0o755)
        (self.folder / "master.key").write_text(run("openssl", "rand", "-hex", "32"))
        self.values = {"folder": self.folder, "nginx": free_port(), "haproxy": free_port(), "issuer": free_port()}
        for name, text in (("nginx.conf", self.SERVERS), ("haproxy.cfg", self.HAPROXY), ("livecert.toml", self.SETTINGS)):
            (self.folder / name).write_text(textwrap.dedent(text.format(**self.values)))

    def begin(self, name, *words, **more):
        log = open(self.folder / f"{name}.log", "w")
        self.addCleanup(log.close)
        process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more)

        def end():
            process.kill()
            process.wait()
        self.addCleanup(end)
        return process

    def until(self, holds):
        for _ in range(300):
            if holds():
                return
            time.sleep(0.1)
        logs = "".join(f"== {log.name}\n{log.read_text()}" for log in self.folder.glob("*.log"))
        raise AssertionError("it did not come to hold\n" + logs)

    def make_chain(self):
        """An intermediate and a leaf that names where it is, for a.example.net and b.example.net."""
        here = self.folder / "pki"
        here.mkdir()
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
        ca = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        run("openssl", "req", "-x509", *key, *ca, "-subj", "/CN=root", "-keyout", here / "root.key", "-out", here / "root.pem")
        run("openssl", "req", "-x509", *key, *ca, "-subj", "/CN=intermediate", "-CA", here / "root.pem",
            "-CAkey", here / "root.key", "-keyout", here / "ca.key", "-out", here / "ca.pem")
        run("openssl", "x509", "-in", here / "ca.pem", "-outform", "DER", "-out", here / "ca.der")
        run("openssl", "req", "-x509", *key, "-subj", "/CN=a.example.net", "-CA", here / "ca.pem", "-CAkey", here / "ca.key",
            "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "keyUsage=critical,digitalSignature",
            "-addext", "extendedKeyUsage=serverAuth", "-addext", "subjectAltName=DNS:a.example.net,DNS:b.example.net",
            "-addext", f"authorityInfoAccess=caIssuers;URI:http://127.0.0.1:{self.values['issuer']}/ca.der",
            "-keyout", here / "leaf.key", "-out", here / "leaf.pem")
        return here

    def test_it_fetches_delivers_to_nginx_and_haproxy_and_proves_it(self):
        folder = self.folder
        pki = self.make_chain()
        self.begin("issuer", sys.executable, "-m", "http.server", self.values["issuer"], "--bind", "127.0.0.1", "--directory", pki)
        # The program is where everybody may read it, and so is a build.
        binary = folder / "livecert"
        shutil.copy(BINARY, binary)
        service = self.begin(
            "service", "/usr/bin/python3", TREE / "tests/package/in_unit.py", TREE / "packaging/livecert.service", self.USER,
            "--writable", folder / "data", "--writable", folder / "mark",
            "--credential", f"livecert-master-key={folder / 'master.key'}", "--",
            binary, "serve", "--config", folder / "livecert.toml", "--data-dir", folder / "data", "--http", "127.0.0.1:0")
        addresses = folder / "data/addresses.json"
        self.until(lambda: addresses.exists() or service.poll() is not None)
        self.assertTrue(addresses.exists(), (folder / "service.log").read_text())
        # nginx does not start without its map, nor HAProxy without its list.
        self.until((folder / "data/edges/front/livecert.map.conf").exists)
        self.until((folder / "data/edges/haproxy/crt-list").exists)
        self.begin("nginx", "nginx", "-c", folder / "nginx.conf")
        self.begin("haproxy", "haproxy", "-db", "-f", folder / "haproxy.cfg")
        self.until((folder / "run/haproxy.sock").exists)

        shutil.copy(folder / "data/credentials.json", folder / "credentials.json")
        endpoint = f"http://{json.loads(addresses.read_text())['http']}"

        def call(*words):
            return run(binary, *words, "--endpoint", endpoint, "--credentials", folder / "credentials.json")

        chain = json.loads(call("cert", "create", "--cert", pki / "leaf.pem", "--key", pki / "leaf.key", "--json"))["ChainID"]
        for domain in ("a.example.net", "b.example.net"):
            call("domain", "add", domain)
            call("cert", "bind", chain, domain)
        call("cert", "wait", chain, "--timeout", "60")
        for server in ("nginx", "haproxy"):
            shown = run("openssl", "s_client", "-connect", f"127.0.0.1:{self.values[server]}", "-servername", "b.example.net",
                        "-showcerts", input="")
            self.assertEqual(shown.count("BEGIN CERTIFICATE"), 2, server)
        self.assertIn("GET /ca.der", (folder / "issuer.log").read_text())
        self.notices_what_others_change()
        # A renewal under a running edge, then the end of a binding.
        call("cert", "unbind", "b.example.net")
        self.until(lambda: subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.values['haproxy']}", "-servername", "b.example.net"],
            stdin=subprocess.DEVNULL, capture_output=True).returncode != 0)

        status = dict(re.findall(r"^(\w+):\t(.*)$", self.status_of(service.pid), re.M))
        self.assertEqual((status["CapEff"], status["NoNewPrivs"], status["Seccomp"]), ("0" * 16, "1", "2"))
        service.terminate()
        self.assertEqual(service.wait(15), 0, (folder / "service.log").read_text())

    def notices_what_others_change(self):
        """The proofs that cost no handshake: inotify and the facts of files, and HAProxy's account of its memory."""
        edges = self.folder / "data/edges"

        def one_of(name):
            # Reads through the links of nginx's folder.
            return next(iter(sorted(file for file in (edges / name).rglob("*.pem") if file.is_file())), None)
        for name in ("front", "haproxy"):
            file = one_of(name)
            file.chmod(0o444)
            self.until(lambda: file.exists() and file.stat().st_mode & 0o777 != 0o444)

        def say(command):
            with socket.socket(socket.AF_UNIX) as haproxy:
                haproxy.connect(str(self.folder / "run/haproxy.sock"))
                haproxy.sendall(f"{command}\n".encode())
                return b"".join(iter(lambda: haproxy.recv(4096), b"")).decode()
        crt_list = edges / "haproxy/crt-list"
        lines = [line for line in say(f"show ssl crt-list -n {crt_list}").splitlines() if line.endswith("b.example.net")]
        self.assertIn("deleted", say(f"del ssl crt-list {crt_list} {lines[0].split()[0]}"))
        self.until(lambda: subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.values['haproxy']}", "-servername", "b.example.net"],
            stdin=subprocess.DEVNULL, capture_output=True).returncode == 0)

    @staticmethod
    def status_of(process):
        return Path(f"/proc/{process}/status").read_text()


class Debian:
    """A Debian in a folder, booted: systemd is process 1 of its own namespaces, with a network of its own."""

    BOOT = """
        mount --make-rprivate /
        mount --bind "$1" "$1"
        cd "$1"
        mount -t proc proc proc
        mount -t sysfs sysfs sys
        mount -t cgroup2 cgroup2 sys/fs/cgroup
        mount --rbind /dev dev
        mount -t tmpfs -o mode=0755 tmpfs run  # as systemd does; else every folder in it would have to be trusted
        # What systemd mounts for a service's credentials in a namespace of its own has to arrive here.
        mount --make-rshared .
        exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . \
          /lib/systemd/systemd --log-target=journal --unit=multi-user.target
    """

    def __init__(self, root):
        self.root = root
        self.outer = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--uts", "--ipc", "--net", "--cgroup", "--mount-proc",
             "--kill-child", "bash", "-ec", self.BOOT, "boot", str(root)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.init = None
        for _ in range(100):
            children = Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children").read_text().split()
            if children and "systemd" in Path(f"/proc/{children[0]}/cmdline").read_text():
                self.init = children[0]
                break
            time.sleep(0.1)
        if self.init is None:
            raise AssertionError("the Debian did not boot")
        self.until(lambda: self.try_run("systemctl is-system-running").stdout.strip() in ("running", "degraded"))

    def try_run(self, script):
        return subprocess.run(["nsenter", "-t", self.init, "-m", "-p", "-u", "-i", "-n", "-C", "chroot", str(self.root),
                               "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/root",
                               "DEBIAN_FRONTEND=noninteractive", "bash", "-ec", script],
                              text=True, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)

    def run(self, script):
        done = self.try_run(script)
        if done.returncode != 0:
            raise AssertionError(f"{script}: status {done.returncode}\n{done.stdout}{done.stderr}\n"
                                 + self.try_run("journalctl --no-pager -n 60 -u livecert").stdout)
        return done.stdout

    def until(self, holds):
        for _ in range(150):
            if holds():
                return
            time.sleep(0.2)
        raise AssertionError("it did not come to hold\n" + self.try_run("journalctl --no-pager -n 60").stdout)

    def stop(self):
        self.outer.kill()  # and with it, the kernel all that runs in its namespaces
        self.outer.wait()


# A key pair for this test alone.
IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
NGINX = """
include /var/lib/livecert/edges/front/livecert.map.conf;
server { listen 127.0.0.1:443 ssl default_server; ssl_reject_handshake on; }
server {
  listen 127.0.0.1:443 ssl;
  server_name ~.;
  ssl_certificate $livecert_certificate;
  ssl_certificate_key $livecert_certificate;
  root $livecert_link;
}
"""


HAPROXY = """
global
  stats socket /run/haproxy/livecert.sock user root group livecert mode 660 level admin

frontend https
  mode http
  bind 127.0.0.1:8443 ssl strict-sni crt-list /var/lib/livecert/edges/haproxy/crt-list
  http-request return status 200
"""


@unittest.skipUnless(LONG, "makes and boots a whole Debian, which takes minutes: LIVECERT_LONG")
@unittest.skipUnless(os.geteuid() == 0, "needs root")
class Installation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build(OUT)
        cls.deb = next(OUT.glob("livecert_*.deb"))
        cls.folder = Path(tempfile.mkdtemp(dir=OUT.parent))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        root = cls.folder / "root"
        content = hashlib.sha256(" ".join(IN_ROOT).encode()).hexdigest()[:12]
        archive = OUT.parent / f"debian-{content}.tar"
        if not archive.exists():
            unfinished = archive.with_suffix(".new")
            run("mmdebstrap", "--mode=root", "--format=tar", "--variant=minbase", f"--include={','.join(IN_ROOT)}",
                "bookworm", unfinished)
            unfinished.rename(archive)
        root.mkdir()
        run("tar", "-C", root, "--exclude=./dev/*", "-xpf", archive)
        shutil.copy(cls.deb, root / "livecert.deb")
        later = cls.folder / "later"
        run("dpkg-deb", "-R", cls.deb, later)
        control = later / "DEBIAN/control"
        control.write_text(re.sub(r"^Version: (.*)$", r"Version: \1+later", control.read_text(), flags=re.M))
        run("dpkg-deb", "--root-owner-group", "-b", later, root / "later.deb")
        cls.debian = Debian(root)
        cls.addClassCleanup(cls.debian.stop)

    def test_a_life_of_the_package(self):
        """Installed, serving, delivering, upgraded, removed, installed again, purged: one after the other."""
        debian = self.debian
        with self.subTest("installed"):
            debian.run("dpkg -i /livecert.deb")
            self.assertEqual(debian.run("systemctl is-active livecert").strip(), "active")
            self.assertEqual(debian.run("stat -c '%a %U %s' /etc/livecert/master.key").strip(), "600 root 65")
            self.assertEqual(debian.run("stat -c '%a %U' /var/lib/livecert").strip(), "711 livecert")
            self.assertTrue(debian.run("ls /var/lib/livecert-mark").strip(), "store-was-made")
            self.assertIn('"ready"', debian.run("curl -sS http://127.0.0.1:8080/readyz"))
            log = debian.run("journalctl --no-pager -u livecert")
            for text in ("store /var/lib/livecert (format ", "serving http://127.0.0.1:8080", "no edges"):
                self.assertIn(text, log)
        key = debian.run("cat /etc/livecert/master.key")
        call = "livecert --lang en"
        credentials = "--credentials /var/lib/livecert/credentials.json --endpoint http://127.0.0.1:8080"
        with self.subTest("the doctor finds nothing that is the package's"):
            told = debian.try_run("livecert doctor --json --lang en").stdout
            found = {check["Check"] for check in json.loads(told)["Checks"] if check["Grade"] in ("warning", "error")}
            self.assertLessEqual(found, {"file-system", "clock-synchronised", "disk-room"}, told)
        with self.subTest("restricted"):
            facts = debian.run("cat /proc/$(systemctl show -p MainPID --value livecert)/status")
            self.assertRegex(facts, r"CapBnd:\s+0000000000000000")
            self.assertRegex(facts, r"CapEff:\s+0000000000000000")
            self.assertRegex(facts, r"NoNewPrivs:\s+1")
            self.assertRegex(facts, r"Seccomp:\s+2")
            self.assertNotRegex(facts, r"Uid:\s+0\s")
            self.assertNotEqual(debian.try_run("runuser -u livecert -- cat /etc/livecert/master.key").returncode, 0)
        with self.subTest("delivers to nginx under these restrictions"):
            debian.run("install -d -o livecert -g livecert -m 0755 /var/lib/livecert/edges/front && "
                       "usermod -a -G livecert www-data")
            debian.run("cat >> /etc/livecert/livecert.toml <<'END'\n[[edge]]\nname = \"front\"\nkind = \"nginx\"\n"
                       "directory = \"/var/lib/livecert/edges/front\"\nmode = \"0640\"\n"
                       "listen = \"127.0.0.1:443\"\nEND\n"
                       "systemctl reload livecert")
            debian.until(lambda: "applied: edge" in debian.run("journalctl --no-pager -u livecert"))
            written = "test -e /var/lib/livecert/edges/front/livecert.map.conf"
            debian.until(lambda: debian.try_run(written).returncode == 0)
            nginx = debian.root / "etc/nginx/conf.d/livecert.conf"
            nginx.write_text(NGINX)
            debian.run("rm -f /etc/nginx/sites-enabled/default && systemctl restart nginx")
            debian.run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 "
                       "-subj /CN=a.example.net "
                       "-addext subjectAltName=DNS:a.example.net -addext basicConstraints=critical,CA:FALSE "
                       "-keyout /tmp/key.pem -out /tmp/cert.pem 2>/dev/null")
            created = debian.run(f"{call} cert create --cert /tmp/cert.pem --key /tmp/key.pem --json {credentials}")
            chain = json.loads(created)["ChainID"]
            debian.run(f"{call} domain add a.example.net {credentials}")
            debian.run(f"{call} cert bind {chain} a.example.net {credentials}")
            debian.run(f"{call} cert wait {chain} --timeout 30 {credentials}")
        with self.subTest("delivers to HAProxy under these restrictions"):
            debian.run("install -d -o livecert -g livecert -m 0755 /var/lib/livecert/edges/haproxy && install -o livecert "
                       "-g livecert -m 0400 /dev/null /var/lib/livecert/edges/haproxy/crt-list")
            with open(debian.root / "etc/haproxy/haproxy.cfg", "a") as configuration:
                configuration.write(HAPROXY)
            debian.run("systemctl restart haproxy")
            debian.run("cat >> /etc/livecert/livecert.toml <<'END'\n[[edge]]\nname = \"haproxy\"\nkind = \"haproxy\"\n"
                       "directory = \"/var/lib/livecert/edges/haproxy\"\nsocket = \"/run/haproxy/livecert.sock\"\n"
                       "listen = \"127.0.0.1:8443\"\nEND\n"
                       "systemctl reload livecert")
            debian.until(lambda: '"haproxy"' in debian.try_run(f"{call} edge status --json {credentials}").stdout)
            debian.run(f"{call} cert wait {chain} --timeout 60 {credentials}")
            debian.run("openssl s_client -connect 127.0.0.1:8443 -servername a.example.net </dev/null | "
                       "grep -q 'CN = a.example.net'")
        with self.subTest("makes calls in a process that sees no file of the service"):
            process = debian.run("grep -lx outgoing-calls /proc/[0-9]*/comm | cut -d/ -f3").strip()
            self.assertEqual(debian.run(f"awk '/^Uid/ {{ print $2 }}' /proc/{process}/status"),
                             debian.run("id -u livecert"))
            self.assertEqual(debian.run(f"tr '\\0' x < /proc/{process}/environ"), "")
        with self.subTest("backed up every night"):
            debian.run(f"echo {RECIPIENT} > /etc/livecert/backup-recipients; systemctl start livecert-backup.service")
            self.assertRegex(debian.run("ls /var/backups/livecert"), r"^livecert-\d{8}T\d{6}Z.age\n$")
            self.assertIn("everything is in order", debian.run(f"{call} verify"))
        with self.subTest("upgraded"):
            before = debian.run("systemctl show -p MainPID --value livecert")
            debian.run("dpkg --force-confold -i /later.deb")
            self.assertEqual(debian.run("systemctl is-active livecert").strip(), "active")
            self.assertNotEqual(debian.run("systemctl show -p MainPID --value livecert"), before)
            self.assertEqual(debian.run("cat /etc/livecert/master.key"), key)
            self.assertIn("a.example.net", debian.run(f"{call} cert bindings {credentials}"))
        with self.subTest("removed"):
            debian.run("dpkg -r livecert")
            self.assertNotEqual(debian.try_run("systemctl is-active livecert").returncode, 0)
            self.assertEqual(debian.try_run("command -v livecert").returncode, 1)
            debian.run("test -e /var/lib/livecert/livecert.db && test -e /etc/livecert/livecert.toml")
        with self.subTest("installed again"):
            debian.run("dpkg -i /livecert.deb")
            self.assertEqual(debian.run("cat /etc/livecert/master.key"), key)
            self.assertIn("a.example.net", debian.run(f"{call} cert bindings {credentials}"))
        with self.subTest("purged, but for the keys"):
            told = debian.run("dpkg -P livecert")
            self.assertIn("rm -r /var/lib/livecert", told)
            debian.run("test ! -e /etc/livecert/livecert.toml && test -e /var/lib/livecert/livecert.db")
            self.assertEqual(debian.run("cat /etc/livecert/master.key"), key)
        with self.subTest("restored on a new machine, as docs/backup.md says"):
            debian.run("cp /var/lib/livecert/credentials.json /root/; cp /var/backups/livecert/*.age /root/backup.age")
            debian.run("rm -r /var/lib/livecert /var/lib/livecert-mark /etc/livecert; dpkg -i /livecert.deb")
            debian.run(f"echo {IDENTITY} > /root/backup.key; systemctl stop livecert && mv /etc/livecert/master.key /etc/livecert/master.key.before")
            debian.run("livecert restore /root/backup.age --identity /root/backup.key "
                       "--master-key /etc/livecert/master.key --replace")
            debian.run("systemctl start livecert")
            self.assertEqual(debian.run("stat -c '%a %U' /var/lib/livecert/livecert.db").strip(), "600 livecert")
            mine = "--credentials /root/credentials.json --endpoint http://127.0.0.1:8080"
            self.assertIn("a.example.net", debian.run(f"{call} cert bindings {mine}"))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
