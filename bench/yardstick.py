"""How fast this machine runs Python at all, so that figures of two machines, or of two hours, can be compared."""

import time
from statistics import median

ROUNDS, STEPS = 5, 1_000_000


def milliseconds() -> float:
    """Return what a million additions take, the median of five rounds."""
    took = []
    for _ in range(ROUNDS):
        began, total = time.perf_counter(), 0
        for number in range(STEPS):
            total += number
        took.append(time.perf_counter() - began)
    return median(took) * 1000
