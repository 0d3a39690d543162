"""Inputs that the fuzz targets begin with: made of the tests' own data and the documentation's examples."""

import base64
import hashlib
import io
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SIGNATURES = os.path.join(ROOT, "tests", "signature", "data")
UPLOADS = os.path.join(ROOT, "tests", "x509", "data", "corpus")
PAGES = [os.path.join(ROOT, name) for name in ("docs/configuration.md", "docs/edges.md")]
# What is longer is left out: mutating it would be slow, and shorter ones say the same.
LONGEST_UPLOAD = 20_000
LONGEST_BODY = 8_000


def _read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def _read_json(*path):
    return json.loads(_read(*path))


def _recorded():
    """(head, body) of the requests in tests/signature/data/recorded, as they came over the wire."""
    folder = os.path.join(SIGNATURES, "recorded")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".http"):
            head, body = _read(folder, name).split(b"\r\n\r\n", 1)
            if len(body) <= LONGEST_BODY:
                yield head + b"\r\n\r\n", body


def _vectors():
    """The requests of signatures.json in the form that they have on the wire."""
    for vector in _read_json(SIGNATURES, "signatures.json")["vectors"]:
        lines = [f"{vector['method']} {vector['path']}?{vector['query']} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in vector["headers"].items()]
        yield "\r\n".join([*lines, "", ""]).encode(), vector["body"].encode()


def _temporary():
    """The request of sts2.json, signed by a temporary key."""
    token = _read_json(SIGNATURES, "sts2.json")
    lines = [f"{token['method']} {token['target']} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in token["headers"].items()]
    return "\r\n".join([*lines, "", ""]).encode(), token.get("body", "").encode()


def _claims():
    for head, body in [*_recorded(), *_vectors(), _temporary()]:
        # At the time of signing and just inside the window; in each way that is accepted.
        for choice in (0, 4, 8 + 16, 32):
            yield bytes([choice]) + head + body
    # What a short-lived signature, a port and a repeated name look like.
    yield (b"\x38GET /p?a=2&a=1&X-Expires=59 HTTP/1.1\r\nHost: h:443\r\nX-Expires: 60\r\nX-Date: 20240619T071306Z\r\n"
           b"Authorization: HMAC-SHA256 Credential=AKLT1/20240619/cn-north-1/live/request, "
           b"SignedHeaders=host;x-date;x-expires, Signature=" + b"0" * 64 + b"\r\n\r\n")
    yield b"\x3b" + b"GET http://h/?Action=A HTTP/1.1\nX-Date:20240619T071306Z\nAuthorization:HMAC-SHA256 Credential=A\n\n"


def _tokens():
    token = _read_json(SIGNATURES, "sts2.json")["token"]
    yield token.encode()
    yield base64.b64decode(token[len("STS2"):])
    yield json.dumps({"LTAccessKeyId": "AKLT1", "AccessKeyId": "AKTP2", "SignedSecretAccessKey": "A" * 21 + "A==",
                      "ExpiredTime": 9999999999, "PolicyString": "", "Signature": "0" * 64}).encode()
    yield b"a secret of a temporary key\n{\"Statement\":[]}"


def _audits():
    def record(position, kind, **more):
        return {"Position": position, "Time": "2026-06-01T12:00:00Z", "AccountId": "2100000001", "AccessKeyId": "AKLT1",
                "Action": "BindCert", "Subject": "live.example.net", "PeerAddress": "192.0.2.1", "RequestId": "2026",
                "Kind": kind, "Detail": "", "UnixMicros": 1780315200000000, "Account": 2100000001, "Hash": "0a" * 32,
                **more}

    def checkpoint(position, **more):
        return {"Position": position, "Time": "2026-06-01T12:00:00Z", "UnixMicros": 1780315200000000, "Hash": "0a" * 32,
                "CutThrough": 0, "PublicKey": "0b" * 32, "Signature": "0c" * 64, **more}

    kinds = ("write", "refusal", "opening", "sign-in")
    lines = [json.dumps(record(position, kinds[position % 4])) for position in range(1, 9)]
    signed = [json.dumps({"Checkpoint": checkpoint(position)}) for position in (4, 8)]
    yield "\n".join(lines + signed).encode()
    yield "\n".join(lines[:1]).encode()
    yield "\n".join(lines[3:] + lines[:3] + lines[:1] + signed).encode()
    yield (json.dumps(checkpoint(3)) + "\n\n" + json.dumps({"Checkpoint": checkpoint(5, CutThrough=3)})).encode()
    yield json.dumps(record(1, "write", Time="2026-06-01T12:00:01Z")).encode()
    yield json.dumps(record(1, "write", Hash="0a")).encode() + b"\n{}\n[]\n1\n{"
    yield json.dumps({**record(1, "write"), "Position": "1"}).encode()


def _policies():
    yield _read_json(SIGNATURES, "sts2.json")["policy"].encode()
    allow = {"Effect": "Allow", "Action": ["live:*"], "Resource": ["*"]}
    for statements in ([allow], [allow, {"Effect": "Deny", "Action": "live:Create*", "Resource": "*"}],
                       [{**allow, "NotResource": ["trn:live:*"]}], [{"Effect": "Allow", "NotAction": ["live:DeleteCert"],
                                                                     "Resource": ["*"]}],
                       [{**allow, "Principal": "*"}],
                       [{**allow, "Condition": {"StringEquals": {"volc:ProjectName": ["default"]}}}],
                       [{**allow, "Condition": {"IpAddress": {"volc:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]}}}],
                       [{**allow, "Condition": {"DateLessThan": {"volc:CurrentTime": "2027-01-01T00:00:00Z"}}}],
                       [{**allow, "Condition": "{\"StringEquals\":{}}"}]):
        yield json.dumps({"Statement": statements}).encode()
    yield from (b"live:*Cert", b"*c*t", b"", b"[]", b"{\"Statement\":{}}", b"{\"Statement\":[],\"Statement\":[]}")


def _heads():
    for head, body in _recorded():
        yield head + body[:64]
    yield b"GET http://h:80/a?b=%20+&c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    yield b"POST /? HTTP/1.0\r\nHost: [::1]:443\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"
    yield b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    yield b"POST / HTTP/1.1\r\nHost: h\r\nHost: h\r\nContent-Length: 1, 1\r\nX:\t y \r\n\r\n"


def _chunked():
    yield b"5\r\nhello\r\n0\r\n\r\n"
    yield b"000a;name=\"value\"\r\n0123456789\r\n1\r\nx\r\n0\r\nTrailer: x\r\n\r\n"
    yield b"FFFFFFFFFFFFFFFF\r\n"


def _inputs():
    for head, body in [*_recorded(), *_vectors()]:
        yield body
        target = head.split(b" ")[1]
        yield target.split(b"?", 1)[-1]
    yield (b"{\"certname\":\"n\",\"AVAILABLE\":true,\"PageNum\":5,\"Projects\":[\"a\",\"b\"],\"StatusList\":[1,2],"
           b"\"Domains\":[{\"DomainName\":\"live.example.net\",\"Type\":\"push\"},{}],\"Rsa\":{\"Pubkey\":\"p\"}}")
    yield b"CertName=n&Available=true&PageNum=7&Projects=a,b&StatusList=1,2&Action=ListCertV2&Version=2023-01-01"
    yield b"{\"CertName\":1,\"Available\":\"x\",\"PageNum\":99999999999999999999,\"Domains\":{},\"certName\":null}"


def _uploads():
    def text(case, name):
        return _read(UPLOADS, case, name) if os.path.exists(os.path.join(UPLOADS, case, name)) else b""

    for case in sorted(os.listdir(UPLOADS)):
        parts = [text(case, name) for name in ("certificates.pem", "key.pem", "issuers.pem", "known.pem", "required.pem")]
        if len(b"".join(parts)) <= LONGEST_UPLOAD:
            yield b"\0".join(parts).rstrip(b"\0")
            block = re.search(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END", parts[0])
            try:
                yield base64.b64decode(block.group(1), validate=False) if block else b""
            except ValueError:
                pass  # a case about broken base64


def _examples():
    """The TOML of the documentation."""
    for page in PAGES:
        yield from re.findall(rb"```toml\n(.*?)```", _read(page), re.DOTALL)


def _configurations():
    yield from _examples()
    for line in ("http=127.0.0.1:0", "https=[::]:8443", "insecure_http=true", "master_key=/k", "rate_limit=0",
                 "duplicates=allow", "domains=auto", "keep_versions=1000", "prune_after_days=30", "put_back=false",
                 "no_delivery=true", "init=true", "admin=127.0.0.1:9000", "metrics_certificates=10",
                 "edge_roots=/srv/edges", "proxy_protocol_from=10.0.0.0/8",
                 "proof_interval=60", "trust=system", "issuers_dir=/", "fetch_issuers=false",
                 "insecure_fetch_ports=80,443", "host_names=a.example.net,b", "host_names=192.0.2.7,2001:DB8::1",
                 "own_domain=Certs.example.net", "own_domain=a b", "region=cn-north-1", "node_id=1023",
                 "log_level=debug", "worker_threads=64", "max_connections=9", "max_body_bytes=1024",
                 "max_bodies_bytes=1048576", "header_timeout=600", "body_timeout=1", "idle_timeout=75",
                 "answer_timeout=4", "data_dir=/var/lib/livecert"):
        yield line.encode()
        name, value = line.split("=", 1)
        yield f"data_dir = \"/d\"\n{name} = \"{value}\"\n".encode()
        if value.isdigit() or value in ("true", "false"):
            yield f"data_dir = \"/d\"\n{name} = {value}\n".encode()
    yield (b"data_dir = '/d'\n[[edge]]\nname = 'n'\nkind = 'nginx'\ndirectory = '/e/n'\nlisten = '127.0.0.1:443'\n"
           b"proxy_protocol = true\nsettle = 1\ndomains = ['a.example.net', '*']\naccounts = [2100000001]\n")
    yield b"data_dir = '/d'\nhost_names = [\"a.example.net\", 7]\ninsecure_fetch_ports = [80, 443]\n[[edge]]\n[edge.x]\n"


def _definitions():
    for text in _examples():
        for table in text.split(b"[[edge]]")[1:]:
            lines = []
            for name, value in re.findall(rb"^(\w+) *= *(\[.*?\]|\"[^\"]*\"|\S+)", table, re.MULTILINE):
                lines += [name + b"=" + item.strip(b"\" ") for item in value.strip(b"[]").split(b",")]
            yield b"\n".join(lines)
    yield (b"kind=files\nname=f\ndirectory=/srv/tls\nmode=0640\nowner=root\ngroup=root\nlayout=separate\n"
           b"command=/bin/true\ncommand=x\nsettle=300\nlisten=[::1]:443\ndomains=*.example.net\ndomains=*\n"
           b"projects=default\naccounts=2100000001")
    yield b"kind=srs\nname=s\nfile=/srv/srs.pem\ndomains=live.example.net\nmode=0400\nlisten=127.0.0.1:1443"
    yield b"kind=haproxy\nname=h\ndirectory=/etc/haproxy/livecert\nsocket=/run/haproxy/admin.sock"
    yield b"kind=caddy\nname=c\nlisten=127.0.0.1:443"


def _crt_lists():
    folder = b"/etc/haproxy/livecert/"
    one = folder + b"17.tls12-tls13.h2.pem [ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3 alpn h2,http/1.1] live.example.net x.org\n"
    two = folder + b"a.example.net.tls10.h1.pem [ssl-min-ver TLSv1.0 alpn http/1.1] a.example.net\n"
    yield b"# Written by livecert. Whatever else is put here will be lost.\n" + one + two
    yield two + one + one[:-5]
    yield (b"# " + folder + b"crt-list\n" + folder + b"17.tls12-tls13.h2.pem:3 [alpn h2  ssl-min-ver TLSv1.2] live.example.net\n"
           + folder + b"18.tls12.h1.pem:4 x.org\n" + folder + b"x.pem:5\n\n")
    yield b"/etc/other/x.pem [alpn h2] x\n" + one.replace(b"live", b"LIVE")


def _haproxy_answers():
    path = "/etc/haproxy/livecert/17.tls12-tls13.h2.pem"
    crt_list = "/etc/haproxy/livecert/crt-list"
    none = "No ongoing transaction!"
    absent = "Can't display the certificate: Not found or the certificate is a bundle!"
    made = f"New empty certificate store '{path}'!"
    taken = f"Transaction created for certificate {path}!"
    committed = f"Committing {path}\nSuccess!"
    added = f"Inserting certificate '{path}' in crt-list '{crt_list}'.\nSuccess!"
    held = f"Filename: {path}\nStatus: Used\nSHA1 FingerPrint: $F"
    other = "The ongoing transaction is about '/etc/other/x.pem' but you are trying to abort a transaction for 'y'"
    gone = f"Entry '{path}' deleted in crtlist '{crt_list}'!"
    lines = f"# {crt_list}\n{path}:3 [alpn h2  ssl-min-ver TLSv1.2] live.example.net live.example.org"
    statistics = "# pxname,svname,conn_tot,\nfront,FRONTEND,10,"
    info = "Name: HAProxy\nPid: 7\nUptime_sec: 9\nCumConns: 12"
    conversations = {
        6: [[absent, none, made, taken, committed, added, held], [held, none, taken, committed, added, held],
            [absent, none, made, f"Can't load the payload\nCan't update {path}!", none, gone, gone],
            [held, other, none], [held, none, "Transaction updated for certificate /etc/other/x.pem!", "x"],
            [held, none, taken, f"Can't commit {path}!", none], [f"Filename: {path}\nStatus: Unused", none, taken,
                                                                committed, added, held],
            ["Permission denied", "x"], ["-Filename"], [absent, other.replace("/etc/other", "/etc/haproxy/livecert"),
                                                        "Transaction aborted for certificate 'x'!"]],
        7: [[held, added, held], [absent, none, made, taken, committed, added, held]],
        5: [[held], [absent], [held + "\n\n" + absent]],
        4: [[f"{info}\n\n{statistics}"], [info], [statistics], [f"{info}\n\n# pxname,x,\n1,2,"]],
        3: [[gone], [f"Can't delete the entry: certificate '{path}' does not exist!"], ["Permission denied"]],
        2: [[lines], ["didn't find the specified filename"], [f"# {crt_list}"]],
        1: [[none, gone, f"Can't delete the entry: certificate '{path}' does not exist!",
             f"Certificate '{path}' deleted!"],
            [none, "Can't delete the entry: certificate 'x' has several entries, please specify a line number preceded "
             "by colons (3, 4)!", gone, gone, f"Can't remove the certificate: certificate '{path}' doesn't exist!"],
            [none, gone, "Can't remove the certificate: certificate 'x' in use, can't be deleted!"]],
        0: [[f"# transaction\n*{path}\n# filename\n{path}\n/etc/other/x.pem"], ["Unknown command."], ["-\n"]],
    }
    for choice, talks in conversations.items():
        for talk in talks:
            yield bytes([choice]) + "\0".join(talk).encode()
    yield b"\0-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\0Unknown command: MIGHAgEAMBMGByqGSM49"


def _answers():
    body = b"{\"ResponseMetadata\":{\"RequestId\":\"1\",\"Action\":\"ListCertV2\"},\"Result\":{\"CertList\":[]}}"
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    yield b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Too Many Requests\r\nRetry-After:  1\t\r\nConnection: close\r\n\r\n{}"
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    yield b"HTTP/1.0 500 Internal Server Error\r\n\r\ntext to the end"
    yield b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n"
    refusal = (b"{\"ResponseMetadata\":{\"Error\":{\"Code\":\"SignatureDoesNotMatch\",\"Message\":\"SHA-256 of the "
               b"canonical request as received: 0000\"}}}")
    yield b"HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n" % len(refusal) + refusal
    yield b"HTTP/1.1 200\r\nContent-Length: 9\r\nFolded: a\r\n b: c\r\n\r\nshort"


def _credentials():
    yield b"{\"AccessKeyId\": \"AKLT1\", \"SecretAccessKey\": \"c2VjcmV0\"}\n"
    yield b"{\"AccessKeyId\":\"AKTP1\",\"SecretAccessKey\":\"c\",\"SessionToken\":\"STS2e30=\",\"Other\":[1,{}]}"
    yield b"{\"AccessKeyId\":\"\",\"SecretAccessKey\":null}"


def _sealed():
    for size in (1, 16, 60, 200):
        yield bytes(range(1, 40)) * 4 + b"\0" * size
    yield b"a private key\0" * 20


def _sequences():
    """Four bytes a step: action, actor, and two that choose (tests/fuzz/sequence_fuzzer.cpp)."""
    upload, domain, drop, unbind, prune, key, account, move, days, update, bind, back, delete, ask = (
        0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15)
    # Made, bound, renewed, rolled back by name and without, refused while bound, released, deleted.
    yield bytes([upload, 0, 1, 4, domain, 0, 0, 0, bind, 0, 0, 0, update, 0, 0, 2, update, 0, 0, 7, ask, 0, 0, 0,
                 back, 0, 0, 0, back, 0, 0, 1, delete, 0, 0, 0, unbind, 0, 0, 0, delete, 0, 0, 0])
    # Superseded by a later chain, expired, and pruned: first only to see, then for good.
    yield bytes([upload, 0, 3, 4, upload, 0, 2, 4, domain, 0, 0, 0, domain, 0, 0, 1, bind, 0, 0, 0, bind, 0, 0, 1,
                 bind, 0, 1, 0, bind, 0, 1, 1, days, 0, 15, 0, days, 0, 15, 0, prune, 0, 0, 0, prune, 0, 1, 0])
    # The same by a key that is limited to domains, which removes one of two.
    limited = 2
    yield bytes([upload, 0, 3, 4, upload, 0, 4, 4, upload, 0, 2, 4, domain, 0, 0, 0, domain, 0, 0, 1, bind, 0, 0, 1,
                 bind, 0, 1, 0, bind, 0, 2, 0, bind, 0, 2, 1, days, 0, 15, 0, days, 0, 15, 0, prune, 0, 0, limited,
                 prune, 0, 1, limited])
    # A neighbour who tries everything with what is not theirs.
    yield bytes([upload, 0, 7, 4, domain, 0, 0, 0, bind, 0, 0, 0, update, 1, 0, 1, bind, 1, 0, 0, unbind, 1, 0, 0,
                 back, 1, 0, 1, delete, 1, 0, 0, delete, 1, 0, 1, drop, 1, 0, 0, ask, 1, 0, 0, domain, 1, 0, 0])
    # A key that is limited to another project, a suspended account, a disabled key, a domain that moves.
    yield bytes([upload, 2, 2, 1, upload, 2, 2, 0, update, 2, 0, 1, domain, 2, 1, 2, bind, 2, 0, 2, account, 0, 0, 0,
                 upload, 0, 1, 4, delete, 0, 0, 0, account, 0, 0, 0, key, 0, 2, 0, move, 0, 1, 2, move, 0, 0, 2])
    # Two domains at once (0x80): one is missing; both; both again; to a later chain; one is not covered.
    pair = 0x80
    yield bytes([upload, 0, 3, 4, upload, 0, 2, 4, domain, 0, 0, 0, bind, 0, 0, pair, domain, 0, 0, 1, bind, 0, 0, pair,
                 bind, 0, 0, pair, bind, 0, 1, pair, bind, 0, 1, pair | 2, bind, 1, 0, pair, unbind, 0, 0, 0,
                 bind, 0, 0, pair | 0x10])
    # More versions than are kept, and one that converges.
    yield bytes([upload, 0, 0, 2, upload, 0, 0, 4, *(part for version in (1, 2, 3, 6, 7, 5)
                                                     for part in (update, 0, 0, version)), back, 0, 0, 0,
                 upload, 1, 0, 4, upload, 1, 0, 4, update, 0, 0, 0, back, 0, 0, 5])


def _proxies():
    """The header of a balancer, in both versions."""
    yield b"PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\nGET / HTTP/1.1\r\n"
    yield b"PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n"
    yield b"PROXY UNKNOWN ffff::1 x\r\n"
    signature = b"\r\n\r\n\0\r\nQUIT\n"
    yield signature + b"\x21\x11\0\x0c" + bytes([192, 0, 2, 1, 198, 51, 100, 2]) + b"\xdc\x04\x01\xbb"
    yield signature + b"\x21\x21\0\x24" + b"\x20\x01\x0d\xb8" + b"\0" * 11 + b"\x01" + b"\0" * 16 + b"\0\x01\0\x02"
    yield signature + b"\x20\0\0\0"
    yield signature + b"\x21\x11\0\x13" + b"\x7f\0\0\1" * 2 + b"\0\x01\0\x02" + b"\x04\0\x04abcd"


def _frames():
    """What the serving process and its process for outgoing calls send each other."""
    def number(value):
        return struct.pack(">Q", value)

    def text(value):
        return number(len(value)) + value

    def frame(kind, content):
        return struct.pack(">IQB", len(content), 1, kind) + content

    times = number(2000) + number(10**9)
    call = times + text(b"POST") + text(b"https://a.example/") + number(1) + text(b"A") + text(b"1")
    call = frame(1, call + text(b"{}") + number(4096))
    mail = times + text(b"smtp://a.example") + b"\1" + text(b"u") + text(b"p") + text(b"f@a.example")
    mail = frame(2, mail + number(1) + text(b"t@a.example") + text(b"Hi\r\n"))
    fetch = frame(3, times + text(b"http://a.example/ca.der") + b"\0" + number(2) + number(80) + number(443) + number(9))
    answer = frame(129, number(429) + text(b"slow down") + b"\1" + number(30))
    fetched = frame(130, text(b"0\x82") + b"\0")
    redirect = frame(130, text(b"") + b"\1" + text(b"https://b.example/"))
    failure = frame(131, number(2) + text(b"no answer in time"))
    yield from (call, mail, fetch, answer, fetched, redirect, failure)
    yield call + failure + mail + answer + fetch + redirect + answer[:20]
    yield struct.pack(">IQB", 2**31, 1, 129)


def _openssl(folder, *words):
    """What openssl writes to the file `out` in that folder; it has chain.pem and key.pem."""
    subprocess.run(["openssl", *words, "-out", "out"], cwd=folder, check=True, capture_output=True)
    return _read(folder, "out")


def _keystore(folder, certificate, version=2):
    """A Java keystore as keytool writes it, with the password "x"; KeyProtector of OpenJDK."""
    password = "x".encode("utf-16-be")
    key = _openssl(folder, "pkey", "-in", "key.pem", "-outform", "DER")
    stream, closed = b"s" * 20, b""
    for at in range(0, len(key), 20):
        stream = hashlib.sha1(password + stream).digest()
        closed += bytes(a ^ b for a, b in zip(key[at:at + 20], stream))
    text = b"s" * 20 + closed + hashlib.sha1(password + key).digest()
    algorithm = bytes.fromhex("300e060a2b060104012a021101010500")
    inner = algorithm + b"\x04\x82" + struct.pack(">H", len(text)) + text
    protected = b"\x30\x82" + struct.pack(">H", len(inner)) + inner

    def entry(kind, body):
        return struct.pack(">IH", kind, 3) + b"www" + b"\0" * 8 + body

    kind = b"\0\x05X.509" if version == 2 else b""
    public = kind + struct.pack(">I", len(certificate)) + certificate
    store = struct.pack(">III", 0xFEEDFEED, version, 2)
    store += entry(1, struct.pack(">I", len(protected)) + protected + struct.pack(">I", 1) + public) + entry(2, public)
    return store + hashlib.sha1(password + b"Mighty Aphrodite" + store).digest()


def _zip(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def _bundles():
    """One certificate in every form that src/bundle reads, with the password "x"."""
    case = os.path.join(UPLOADS, "chain-intermediate-first")
    with tempfile.TemporaryDirectory() as folder:
        for name, of in (("chain.pem", "certificates.pem"), ("key.pem", "key.pem")):
            shutil.copy(os.path.join(case, of), os.path.join(folder, name))
        chain, key = _read(folder, "chain.pem"), _read(folder, "key.pem")
        certificate = _openssl(folder, "x509", "-in", "chain.pem", "-outform", "DER")
        yield from (chain + key, (chain + key).decode().encode("utf-16"), (chain + key).decode().encode("utf-16-be"),
                    base64.encodebytes(chain + key), certificate, base64.encodebytes(certificate),
                    _openssl(folder, "pkey", "-in", "key.pem", "-outform", "DER"))
        yield _openssl(folder, "crl2pkcs7", "-nocrl", "-certfile", "chain.pem")
        yield _openssl(folder, "crl2pkcs7", "-nocrl", "-certfile", "chain.pem", "-outform", "DER")
        yield _openssl(folder, "req", "-new", "-key", "key.pem", "-subj", "/CN=a", "-outform", "DER")
        encrypt = ["pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:x", "-iter", "3"]
        yield from (_openssl(folder, *encrypt), _openssl(folder, *encrypt, "-outform", "DER"),
                    _openssl(folder, *encrypt, "-v1", "PBE-SHA1-3DES"))
        for cipher in ("-aes256", "-des3"):
            yield _openssl(folder, "pkey", "-in", "key.pem", "-traditional", cipher, "-passout", "pass:x")
        export = ["pkcs12", "-export", "-in", "chain.pem", "-inkey", "key.pem", "-iter", "3", "-passout"]
        for more in (["pass:x"], ["pass:x", "-legacy"], ["pass:"], ["pass:x", "-nomac"],
                     ["pass:x", "-keypbe", "NONE", "-certpbe", "NONE", "-nomac"]):
            yield _openssl(folder, *export, *more)
        yield _openssl(folder, *export, "pass:y") + b"\n\0\0\0\0\n" + "密码：y\n".encode()
        yield from (_keystore(folder, certificate), _keystore(folder, certificate, 1))
        yield _zip([("nginx/a.pem", chain), ("nginx/a.key", key), ("pass.txt", b"y\n"), ("b.zip", _zip([("c", chain)]))])
    yield from (b"\xce\xce\xce\xce rest", b"PuTTY-User-Key-File-2: ssh-rsa", b"7z\xbc\xaf\x27\x1c", b"", b"\x1f\x8b")
    for _, text in zip(range(40), _uploads()):
        yield text


def _notices():
    """Answers of receivers, behind the bytes for kind and status; channels and quiet hours as text."""
    bodies = ['{"code":0,"msg":"success"}', '{"StatusCode":0}', '{"code":19021,"msg":"sign match fail"}', '{"code":9499}',
              '{"errcode":0,"errmsg":"ok"}', '{"errcode":130101,"errmsg":"send too fast"}', '{"errcode":93000}',
              '{"errcode":-1,"errmsg":"key token-in-the-address"}', '{"ok":true}', "ok", "", "[]",
              '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":35}}']
    for kind in range(8):
        for status in range(10):
            yield bytes([kind, status]) + bodies[(kind * 3 + status) % len(bodies)].encode()
        for body in bodies:
            yield bytes([kind, 0]) + body.encode()
    channel = "kind=mail\nlanguage=zh\naccount=2100000001\nquiet=22:00-07:00+08:00\nto=a@example.com\nfrom=b@example.com\nuser=u\nhost=h\n"
    for text in (channel, "22:00-07:00", "22:00-07:00+08:00", "00:00-23:59-12:00", "kind=feishu\nlanguage=en\n", "kind=x\n"):
        yield b"\0\0" + text.encode()


SEEDS = {"audit": _audits, "bundle": _bundles, "chunk": _chunked, "claim": _claims, "client": _answers, "config": _configurations,
         "credentials": _credentials, "crt_list": _crt_lists, "definition": _definitions, "frame": _frames,
         "haproxy": _haproxy_answers, "head": _heads, "input": _inputs, "judge": _uploads, "notify": _notices,
         "policy": _policies, "proxy": _proxies, "sealed": _sealed, "sequence": _sequences, "sts2": _tokens}


def write_all(folder):
    """Every target's seeds into FOLDER/TARGET, in place of those that were there."""
    shutil.rmtree(folder, ignore_errors=True)
    for target, make in SEEDS.items():
        place = os.path.join(folder, target)
        os.makedirs(place)
        for number, seed in enumerate(make()):
            with open(os.path.join(place, f"{number:03}"), "wb") as file:
                file.write(seed)
