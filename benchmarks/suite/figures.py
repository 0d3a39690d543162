"""Medians with their spread."""

import statistics


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def combine(runs):
    """Runs of one measurement: of each figure median, least and greatest."""
    combined = {name: spread([run[name] for run in runs]) for name in runs[0]}
    combined["errors"] = sum(run["errors"] for run in runs)
    return combined


def paired_ratio(ours, theirs, name):
    """Of runs that stood beside each other: the ratio in each pair, so that what disturbed both falls out."""
    return spread([mine[name] / other[name] for mine, other in zip(ours, theirs)])


def one_connection(steps_ms, transactions, rows, creates, busy_creates):
    """One connection alone (`creates`) against what it cannot do without: a transaction of its own, and the processor
    time of a request. That is, from the strictest reading to the widest: of the steps before the transaction, each by
    itself in a warm loop (`steps_ms`); of a busy server, less what SQLite takes for `rows` in groups, which the
    transaction holds already; of a busy server, all of it, its rows a second time. On average: nothing else goes on
    meanwhile."""
    waits = [1000 / run["requests_per_second"] for run in transactions]
    answers = [1000 / run["requests_per_second"] for run in creates]
    whole = [run["server_processor_ms_per_request"] for run in busy_creates]
    without_rows = [mine - run["server_processor_ms_per_request"] for mine, run in zip(whole, rows)]

    def ratio(processor):
        return spread([answer / (wait + spent) for answer, wait, spent in zip(answers, waits, processor)])

    return {"transaction_ms": spread(waits), "steps_ms": steps_ms, "busy_ms": spread(without_rows),
            "whole_ms": spread(whole), "ratio": ratio([steps_ms] * len(waits)), "ratio_busy": ratio(without_rows),
            "ratio_whole": ratio(whole)}
