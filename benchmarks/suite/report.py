"""The result as Markdown tables."""

# In the order of a request's way.
STEPS = {
    "request/head": "HTTP head read",
    "request/signature": "signature verified, body hashed",
    "request/json": "JSON parsed and bound",
    "certificate/pem": "PEM read (leaf, intermediate, key)",
    "certificate/leaf": "leaf parsed",
    "certificate/key": "key parsed, its numbers proven to fit",
    "certificate/match": "key matched with the leaf",
    "certificate/chain": "leaf's signature verified, issuer known",
    "certificate/judge": "**certificate part**: all of these, rules and report",
    "certificate/judge-in-service": "the same, looking for a root in the store too",
    "floor/from-pem": "floor, from PEM",
    "floor/from-der": "floor, from DER",
    "custody/seal": "key sealed",
    "custody/put-version": "rows written, in groups (32 threads)",
}
FLOORS = ["floor/from-pem", "floor/from-der"]


def _number(value):
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _with_spread(figure):
    return f"{_number(figure['median'])} ({_number(figure['min'])}–{_number(figure['max'])})"


def _table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def _machine(machine):
    polling = machine["guest_halt_poll_ns"]
    idle = "" if polling is None else f"guest_halt_poll_ns {polling}; "
    return (f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB; {machine['system']}, "
            f"Linux {machine['kernel']}; {machine['filesystem']}, fdatasync of 4 KiB {machine['fdatasync_ms']} ms; "
            f"{idle}{machine['compiler']}; OpenSSL {machine['openssl']}, SQLite {machine['sqlite']}; load average before "
            f"{machine['load_average'][0]}; commit {machine['commit']}; {machine['date']}.\n")


def _steps(steps):
    return _table(["step", "µs of processor"], [[STEPS.get(name, name), _with_spread(steps[name])]
                                                for name in [*STEPS, *(set(steps) - set(STEPS))] if name in steps])


def _floor(steps):
    part = steps["certificate/judge"]["median"]
    lines = [f"Certificate part / {STEPS[floor]}: **{part / steps[floor]['median']:.2f}**\n" for floor in FLOORS]
    return "\n".join(lines)


def _loads(loads):
    rows = []
    for load in loads:
        latency = [_with_spread(load[name]) if name in load else "" for name in ["p50_ms", "p99_ms"]]
        client = load.get("client_processor_ms_per_request")
        rows.append([load["name"], str(load["connections"]), _with_spread(load["requests_per_second"]), *latency,
                     _with_spread(load["server_processor_ms_per_request"]), _number(client["median"]) if client else "",
                     str(load["errors"])])
    return _table(["request", "at once", "per second", "p50 ms", "p99 ms", "server, ms of processor each",
                   "client, ms each", "errors"], rows)


def _peers(peers):
    names = {"requests_per_second": "rate", "p50_ms": "p50", "p99_ms": "p99",
             "server_processor_ms_per_request": "processor each"}
    rows = [[peer["name"], *(_with_spread(peer["ratios"][name]) if name in peer["ratios"] else "" for name in names)]
            for peer in peers]
    return _table(["CreateCert against", *names.values()], rows)


def _growth_reads(growth):
    stores = growth["stores"]
    rows = []
    for i, read in enumerate(stores[0]["reads"]):
        cells = [f"{_number(store['reads'][i]['p50_ms']['median'])} / {_number(store['reads'][i]['p99_ms']['median'])}"
                 for store in stores]
        ratio = stores[-1]["reads"][i]["p50_ms"]["median"] / read["p50_ms"]["median"]
        rows.append([read["name"], *cells, _number(ratio)])
    return _table(["read, p50 / p99 in ms", *(f"{store['chains']:,} chains" for store in stores), "last / first, p50"],
                  rows)


def _growth_store(growth):
    def row(name, text):
        return [name, *(text(store) for store in growth["stores"])]

    rows = [
        row("accounts", lambda store: str(store["accounts"])),
        row("filled, chains per second", lambda store: _number(store["filled_per_second"])),
        row("bytes on disk per chain", lambda store: _number(store["bytes_per_chain"])),
        row("start, s", lambda store: _with_spread(store["start_seconds"])),
        row("start after a kill under load, s", lambda store: _number(store["start_after_kill_seconds"])),
        row("CreateCert per second", lambda store: _with_spread(store["creates"]["requests_per_second"])),
        row("of the empty store's rate", lambda store: _with_spread(store["create_ratio"])),
        row("anonymous memory after all, MiB", lambda store: _number(store["anonymous_mib"])),
        row("a whole list in one answer, p50 ms", lambda store: _number(store["whole_list"]["p50_ms"])),
        row("anonymous memory meanwhile, MiB (before)", lambda store: "{} ({})".format(
            _number(store["whole_list"]["anonymous_mib_most"]), _number(store["whole_list"]["anonymous_mib_before"]))),
        row("write-ahead log meanwhile, MiB", lambda store: _number(store["whole_list"]["log_mib_most"])),
    ]
    return _table(["", *(f"{store['chains']:,} chains" for store in growth["stores"])], rows)


def _growth_parts(store):
    return _table(["table or index", "bytes of pages per chain", "bytes in them"],
                  [[part["name"], _number(part["pages"]), _number(part["payload"])] for part in store["parts"]])


def growth_to_markdown(growth):
    largest = growth["stores"][-1]
    return "\n".join([
        "## Growth\n",
        f"Reads over one connection, pages of {growth['page']}; CreateCert over {growth['connections']}, by turns with "
        "an empty store.\n", _growth_reads(growth), _growth_store(growth),
        f"On the disk with {largest['chains']:,} chains:\n", _growth_parts(largest)])


def to_markdown(result):
    parts = ["# Result of ./dev bench\n", _machine(result["machine"]),
             f"Medians of {result['repetitions']} runs of {result['seconds']} s, least and greatest in brackets.\n",
             "## Steps of a CreateCert (RSA-2048)\n", _steps(result["steps"]), _floor(result["steps"]),
             "## Loads\n", _loads(result["loads"]),
             f"The server held {_with_spread(result['resident_mib'])} MiB after its loads.\n"]
    if result["peers"]:
        parts += ["## Other stores\n",
                  f"The same run, {result['record_bytes']} bytes a record; ratios within each repetition, CreateCert "
                  "over the other.\n", _peers(result["peers"])]
    if "growth" in result:
        parts.append(growth_to_markdown(result["growth"]))
    return "\n".join(parts)
