#!/usr/bin/env python3
"""weak_rsa.py close|roca|composite > KEY: an RSA key of 2048 bits that nobody should use.

close, roca: its private part can be computed from the public one. composite: its first prime is a product of two, so
that every relation between its numbers holds and no signature of it verifies.
"""
import base64
import secrets
import sys


def is_prime(n):
    if any(n % p == 0 for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(20):
        x = pow(secrets.randbelow(n - 3) + 2, odd, n)
        if x in (1, n - 1):
            continue
        if all((x := x * x % n) != n - 1 for _ in range(twos - 1)):
            return False
    return True


def fits(p):
    return (p - 1) % 65537 != 0 and is_prime(p)


def close_primes():
    start = secrets.randbits(1024) | 3 << 1022 | 1
    found = []
    while len(found) < 2:
        if fits(start):
            found.append(start)
        start += 2
    return found


# p = k M + (65537^a mod M), M the product of the first 126 primes.
def roca_prime():
    product, candidate, count = 1, 2, 0
    while count < 126:
        if all(candidate % d for d in range(2, int(candidate**0.5) + 1)):
            product, count = product * candidate, count + 1
        candidate += 1
    while True:
        power = pow(65537, secrets.randbits(200), product)
        p = (((3 << 1022) + secrets.randbits(1021)) // product) * product + power
        if p.bit_length() == 1024 and fits(p):
            return p


def prime(bits):
    while True:
        p = secrets.randbits(bits) | 3 << (bits - 2) | 1
        if fits(p):
            return p


def composite_and_prime():
    while True:
        p, q = prime(512) * prime(512), prime(1024)
        if (p - 1) % 65537 != 0 and (p * q).bit_length() == 2048:
            return p, q


def wrap(tag, content):
    size = len(content)
    length = bytes([size]) if size < 0x80 else b"\x82" + size.to_bytes(2, "big") if size > 0xFF else b"\x81" + bytes([size])
    return bytes([tag]) + length + content


def main():
    kinds = {"close": close_primes, "roca": lambda: (roca_prime(), roca_prime()), "composite": composite_and_prime}
    p, q = kinds[sys.argv[1]]()
    p, q = max(p, q), min(p, q)
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = [0, p * q, 65537, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
    der = wrap(0x30, b"".join(wrap(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers))
    text = base64.b64encode(der).decode()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    print("-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----", sep="\n")


main()
