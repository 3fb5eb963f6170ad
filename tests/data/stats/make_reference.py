#!/usr/bin/env python3
"""Writes reference.txt: what NumPy, SciPy and a second implementation of the bootstrap say.

Run in an environment with numpy and scipy:  python3 make_reference.py > reference.txt
Each line: a function's name, its arguments, "=", its values. Lists are written with commas.
"""
import math
import sys

import numpy as np
import scipy
from scipy import special, stats


class Mt19937_64:
    """Matsumoto & Nishimura's 64-bit Mersenne Twister (2004), written from its recurrence."""

    N, M = 312, 156
    MASK = (1 << 64) - 1

    def __init__(self, seed):
        self.mt = [seed]
        for i in range(1, self.N):
            prev = self.mt[-1]
            self.mt.append((6364136223846793005 * (prev ^ (prev >> 62)) + i) & self.MASK)
        self.index = self.N

    def bits(self):
        if self.index == self.N:
            for i in range(self.N):
                x = (self.mt[i] & 0xFFFFFFFF80000000) | (self.mt[(i + 1) % self.N] & 0x7FFFFFFF)
                self.mt[i] = self.mt[(i + self.M) % self.N] ^ (x >> 1) ^ (0xB5026F5AA96619E9 if x & 1 else 0)
            self.index = 0
        x = self.mt[self.index]
        self.index += 1
        x ^= (x >> 29) & 0x5555555555555555
        x ^= (x << 17) & 0x71D67FFFEDA60000
        x ^= (x << 37) & 0xFFF7EEE000000000
        return x ^ (x >> 43)

    def below(self, n):
        """Lemire (2019): the high word of a product, rejecting what would be uneven."""
        product = self.bits() * n
        if product & self.MASK < n:
            threshold = (2**64 - n) % n
            while product & self.MASK < threshold:
                product = self.bits() * n
        return product >> 64


def bootstrap_t(units, confidence, resamples, seed):
    rng = Mt19937_64(seed)
    x = np.array(units)
    n = len(x)
    se = x.std(ddof=1) / math.sqrt(n)
    ts = []
    while len(ts) < resamples:
        draw = x[[rng.below(n) for _ in range(n)]]
        if (draw == draw[0]).all():
            continue
        ts.append((draw.mean() - x.mean()) / (draw.std(ddof=1) / math.sqrt(n)))
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(ts, [tail, 1 - tail])
    return x.mean() - upper * se, x.mean() - lower * se


def show(name, args, values):
    def text(v):
        return ",".join(repr(float(x)) for x in v) if isinstance(v, (list, tuple)) else repr(v)

    print(name, *(text(a) for a in args), "=", *(repr(float(v)) for v in values))


print("# python", sys.version.split()[0], "numpy", np.__version__, "scipy", scipy.__version__)
samples = [[5.0], [1.0, 2.0], [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0], [float(i * i) for i in range(100)]]
for sample in samples:
    for p in (0.0, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0):
        show("quantile", (sample, p), (np.quantile(sample, p, method="linear"),))
        show("order_statistic", (sample, p), (np.quantile(sample, p, method="inverted_cdf"),))
for sample in samples:
    show("trimmed_mean", (sample, 0.05), (stats.trim_mean(sample, 0.05),))
    show("trimmed_mean", (sample, 0.2), (stats.trim_mean(sample, 0.2),))
for p in (0.6, 0.9, 0.95, 0.975, 0.995, 0.01):
    for df in (1, 2, 5, 9, 19, 120):
        show("t_quantile", (p, df), (stats.t.ppf(p, df),))
for t in (-3.0, -0.5, 0.0, 1.0, 2.5):
    for df in (1, 4, 30):
        show("t_cdf", (t, df), (stats.t.cdf(t, df),))
for a, b, x in ((0.5, 0.5, 0.3), (2.0, 3.0, 0.4), (10.0, 1.0, 0.9), (100.0, 300.0, 0.25)):
    show("beta", (a, b, x), (special.betainc(a, b, x),))
    show("beta_inverse", (a, b, x), (special.betaincinv(a, b, x),))
for hits, n in ((0, 10), (5, 10), (10, 10), (1, 100), (99, 1000), (1603, 16000), (0, 20000)):
    for confidence in (0.95, 0.99):
        ci = stats.binomtest(hits, n).proportion_ci(confidence, method="exact")
        show("clopper_pearson", (hits, n, confidence), (ci.low, ci.high))
units = [[19.1, 21.4, 18.2, 25.9, 17.7, 20.3], [0.2, -1.5, 0.9, 14.0, 0.1, -0.4, 0.7, 1.1], [1.0, 1.0, 1.0, 1.0, 1.0, 2.0]]
for x in units:
    for confidence in (0.9, 0.95):
        ci = stats.ttest_1samp(x, 0.0).confidence_interval(confidence)
        show("student_interval", (x, confidence), (ci.low, ci.high))
        show("bootstrap_t", (x, confidence, 999, 42), bootstrap_t(x, confidence, 999, 42))
    for limit in (0.0, 1.0, 20.0):
        show("p_above", (x, limit), (stats.ttest_1samp(x, limit, alternative="greater").pvalue,))
