"""A result of ./dev bench with figures that can be told apart, for the tests of what is made of it."""


def spread(median, least=None, greatest=None):
    return {"median": median, "min": median if least is None else least,
            "max": median if greatest is None else greatest}


def load(name, connections, rate, p50=None, p99=None):
    """As the suite combines it; without latencies for what has none."""
    result = {"name": name, "connections": connections, "requests_per_second": spread(rate, rate - 10, rate + 10),
              "server_processor_ms_per_request": spread(0.25), "errors": 0}
    if p50 is not None:
        result.update(p50_ms=spread(p50), p99_ms=spread(p99, p99 / 2, p99 * 2),
                      client_processor_ms_per_request=spread(0.02))
    return result


def make_result():
    return {
        "machine": {"processor": "Some Processor", "cores": 2, "memory_gib": 23.5, "kernel": "6.1.0",
                    "system": "Debian", "filesystem": "ext4", "fdatasync_ms": 0.131, "guest_halt_poll_ns": 200000,
                    "compiler": "g++ 12", "openssl": "3.0", "sqlite": "3.40", "load_average": [0.7, 1.0, 1.0],
                    "date": "2026-06-01T00:00:00Z", "commit": "abc1234"},
        "repetitions": 3,
        "seconds": 4,
        "steps": {"certificate/judge": spread(46.04, 45.6, 153.4), "floor/from-pem": spread(36.0),
                  "floor/from-der": spread(34.0), "request/head": spread(1.204, 1.196, 1.21),
                  "a/new-step": spread(7.0)},
        "loads": [load("CreateCert", 1, 1000, 0.5, 2.0), load("CreateCert", 8, 3000, 1.5, 4.0),
                  load("CreateCert", 32, 5000, 5.0, 8.0), load("ListCertV2", 32, 9000, 3.0, 7.0),
                  load("etcd put", 32, 4000, 6.0, 16.0), load("SQLite, groups of 10", 8, 2000)],
        "peers": [{"name": "etcd put", "ratios": {"requests_per_second": spread(1.25, 1.2, 1.3), "p50_ms": spread(0.83),
                                                  "p99_ms": spread(0.5)}},
                  {"name": "SQLite, groups of 10", "ratios": {"requests_per_second": spread(2.5)}}],
        "record_bytes": 2130,
        "resident_mib": spread(112.4, 110.0, 115.0),
    }
