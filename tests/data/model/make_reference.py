#!/usr/bin/env python3
"""Writes reference.txt: weighted and generalised least squares as NumPy and SciPy have them.

Run in an environment with numpy and scipy:  python3 make_reference.py > reference.txt
Each line: a name, its arguments, "=", its values; lists are written with commas.
  wls   columns rows(flat) values errors point = coefficients, their standard errors, chi², value at point, its error
  gls   results(of each row) rows(flat, 4 columns) values errors = the same without the point
  chi_squared_tail x degrees = p        f_tail f numerator denominator = p
"""
import sys

import numpy as np
import scipy
from scipy import stats


def text(a):
    return ",".join(repr(float(v)) for v in np.ravel(a))


def show(name, arguments, values):
    print(name, *(text(a) for a in arguments), "=", *(repr(float(v)) for v in np.ravel(values)))


def solve(x, y, v):
    w = np.linalg.inv(v)
    cov = np.linalg.inv(x.T @ w @ x)
    beta = cov @ x.T @ w @ y
    r = y - x @ beta
    return beta, cov, r @ w @ r


print("# python", sys.version.split()[0], "numpy", np.__version__, "scipy", scipy.__version__)
rng = np.random.default_rng(2026)
for k, n in ((1, 3), (2, 2), (2, 5), (3, 12), (4, 9)):
    x = np.column_stack([np.ones(n)] + [rng.uniform(0, 10.0**i, n) for i in range(1, k)])
    se = rng.uniform(0.5, 3, n)
    y = x @ rng.normal(size=k) + se * rng.normal(size=n)
    point = x.mean(axis=0) * 1.3
    beta, cov, chi2 = solve(x, y, np.diag(se**2))
    assert np.allclose(beta, np.linalg.lstsq(x / se[:, None], y / se, rcond=None)[0])
    show("wls", ([k], x, y, se, point), [*beta, *np.sqrt(np.diag(cov)), chi2, point @ beta, np.sqrt(point @ cov @ point)])
for sizes in ((12,), (5, 4), (3, 3, 3)):
    n = sum(sizes)
    of = np.repeat(np.arange(len(sizes)), sizes)
    started = rng.choice([7, 17, 57], n) + rng.uniform(0, 0.1, n)
    sampled = started * rng.choice([0, 0.1, 0.5, 1], n)
    x = np.column_stack([np.ones(n), started, sampled, rng.uniform(0, 20000, n)])
    se = rng.uniform(500, 3000, n)
    v = np.zeros((n, n))
    for g in range(len(sizes)):
        at = np.flatnonzero(of == g)
        v[np.ix_(at, at)] = np.median(se[at] ** 2)
    v[np.diag_indices(n)] += se**2
    y = x @ [20e3, 300, 900, 2] + np.linalg.cholesky(v) @ rng.normal(size=n)
    beta, cov, chi2 = solve(x, y, v)
    show("gls", (of, x, y, se), [*beta, *np.sqrt(np.diag(cov)), chi2])
for chi2, k in ((0.1, 1), (3.84, 1), (12.0, 8), (30.0, 8)):
    show("chi_squared_tail", ([chi2], [k]), stats.chi2.sf(chi2, k))
for f, a, b in ((0.5, 1, 10), (2.98, 1, 24), (4.0, 8, 7), (1.0, 3, 200)):
    show("f_tail", ([f], [a], [b]), stats.f.sf(f, a, b))
