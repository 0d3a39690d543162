#!/usr/bin/env python3
"""key_form.py zeros|unsorted|ber DER > NEW: an RSA key (DER) in a form that differs from what openssl writes.

zeros: PKCS#1, every number with a zero in front. unsorted, ber: PKCS#8 with two attributes beside the key, in another order
than DER's, or with a length in more bytes than DER's.
"""
import sys


def wrap(tag, content):
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def elements(der):
    """The tag and content of each element."""
    while der:
        size, header = der[1], 2
        if size & 0x80:
            header += size & 0x7F
            size = int.from_bytes(der[2:header], "big")
        yield der[0], der[header : header + size]
        der = der[header + size :]


def attribute(identifier, text):
    return wrap(0x30, wrap(0x06, bytes.fromhex(identifier)) + wrap(0x31, wrap(0x1E, text.encode("utf-16-be"))))


def main():
    form, name = sys.argv[1:]
    ((_, content),) = elements(open(name, "rb").read())
    if form == "zeros":
        content = b"".join(wrap(tag, b"\0" * (i > 0) + number) for i, (tag, number) in enumerate(elements(content)))
    else:
        provider, friendly = attribute("2b0601040182371101", "a"), attribute("2a864886f70d010914", "b")
        content += wrap(0xA0, provider + friendly if form == "unsorted" else b"\x30\x81" + friendly[1:])
    sys.stdout.buffer.write(wrap(0x30, content))


main()
