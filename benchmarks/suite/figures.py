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
