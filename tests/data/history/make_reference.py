#!/usr/bin/env python3
"""Writes reference.txt: partitions of fixed series by ruptures, a published library for change points.

    python3 -m venv venv && venv/bin/pip install ruptures==1.1.10 && venv/bin/python make_reference.py > reference.txt

Each line: penalty, least length of a segment, number of values, the values, number of cuts, where the later segments
begin. The optimum is found twice: by Pelt, and by Dynp for each number of cuts with the penalty added afterwards; both
are exact, and a line is written only where they agree.
"""

import numpy as np
import ruptures as rpt

SERIES = []
random = np.random.default_rng(20260102)


def add(levels, spread=1.0):
    """Segments of (length, level) with normal noise, to 6 digits so that the file holds the very values."""
    values = np.concatenate([np.full(length, level, dtype=float) for length, level in levels])
    SERIES.append(np.round(values + random.normal(0, spread, len(values)), 6))


add([(40, 0)])
add([(15, 0), (15, 3)])
add([(15, 0), (15, 3), (15, 0)])
add([(10, 0), (10, 1), (10, 2), (10, 3)])
add([(27, 5), (3, 20)])
add([(20, 0), (1, 50), (20, 0)])
add([(60, 0), (60, 0.7), (60, -0.4)])
add([(12, 0)])
add([(6, -2), (6, 2)], spread=0.1)


def pelt(values, least, penalty):
    return rpt.Pelt(model="l2", min_size=least, jump=1).fit(values).predict(pen=penalty)[:-1]


def dynp(values, least, penalty):
    fitted = rpt.Dynp(model="l2", min_size=least, jump=1).fit(values)
    cost = rpt.costs.CostL2().fit(values)
    best = (cost.error(0, len(values)), [])
    for cuts in range(1, min(6, len(values) // least)):
        ends = fitted.predict(n_bkps=cuts)
        total = sum(cost.error(begin, end) for begin, end in zip([0] + ends[:-1], ends)) + penalty * cuts
        if total < best[0]:
            best = (total, ends[:-1])
    return best[1]


print(f"# ruptures {rpt.version.__version__ if hasattr(rpt, 'version') else ''}".rstrip())
for values in SERIES:
    for least, penalty in ((1, 9.0), (2, 9.0), (3, 4.0), (3, 9.0), (3, 25.0)):
        begins = pelt(values, least, penalty)
        if begins != dynp(values, least, penalty):
            continue
        fields = [penalty, least, len(values), *values, len(begins), *begins]
        print(" ".join(repr(float(f)) if isinstance(f, (float, np.floating)) else str(f) for f in fields))
