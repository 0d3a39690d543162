#!/usr/bin/env python3
"""edit.py CERTIFICATE ISSUER_KEY FROM TO [FROM TO ...] > NEW: the certificate (DER) with elements exchanged, signed again.

FROM and TO are whole DER elements in hexadecimal; every element of the certificate that equals FROM becomes TO, outside
and inside what is signed. FROM may also be "serial", "subject" or "key". Lengths are written anew. The signature is made
with SHA-256 and the issuer's key, and with the options of `openssl dgst` in $SIGNING; what the algorithm says is not
looked at.
"""
import os
import subprocess
import sys


def split(der):
    """The elements that a text of DER is made of: (whole, header's length)."""
    elements = []
    while der:
        size, header = der[1], 2
        if size & 0x80:
            header += size & 0x7F
            size = int.from_bytes(der[2:header], "big")
        elements.append((der[: header + size], header))
        der = der[header + size :]
    return elements


def wrap(tag, content):
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def exchange(der, header, pairs):
    if der in pairs:
        return pairs[der]
    if not der[0] & 0x20:
        return der
    return wrap(der[0], b"".join(exchange(part, size, pairs) for part, size in split(der[header:])))


def main():
    certificate, key, *words = sys.argv[1:]
    whole, header = split(open(certificate, "rb").read())[0]
    (tbs, tbs_header), (algorithm, algorithm_header), _ = split(whole[header:])
    parts = [part for part, _ in split(tbs[tbs_header:])]
    named = {"serial": parts[1], "subject": parts[5], "key": parts[6]}
    pairs = {named.get(old) or bytes.fromhex(old): bytes.fromhex(new) for old, new in zip(words[::2], words[1::2])}
    tbs = exchange(tbs, tbs_header, pairs)
    algorithm = exchange(algorithm, algorithm_header, pairs)
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key, *os.environ.get("SIGNING", "").split()], input=tbs, stdout=subprocess.PIPE, check=True)
    sys.stdout.buffer.write(wrap(0x30, tbs + algorithm + wrap(0x03, b"\0" + signature.stdout)))


main()
