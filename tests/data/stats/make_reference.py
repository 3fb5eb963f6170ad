#!/usr/bin/env python3
"""Writes reference.txt: what NumPy, SciPy and second implementations of the bootstrap, of the effect that can be found
and of the group sequential boundaries say.

Run in an environment with numpy and scipy:  python3 make_reference.py > reference.txt
Each line: a function's name, its arguments, "=", its values. Lists are written with commas.
"""
import math
import sys

import numpy as np
import scipy
from scipy import integrate, optimize, special, stats


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


def hierarchical(values, launches, confidence, resamples, seed):
    rng = Mt19937_64(seed)
    groups = [[v for v, of in zip(values, launches) if of == launch] for launch in sorted(set(launches))]
    means = []
    for _ in range(resamples):
        drawn = []
        for _ in groups:
            group = groups[rng.below(len(groups))]
            drawn += [group[rng.below(len(group))] for _ in group]
        means.append(math.fsum(drawn) / len(drawn))
    tail = (1 - confidence) / 2
    return np.quantile(means, [tail, 1 - tail])


def simpson(n, low, high):
    """n odd: nodes and weights."""
    x = np.linspace(low, high, n)
    w = np.full(n, 2.0)
    w[1::2] = 4
    w[0] = w[-1] = 1
    return x, w * (x[1] - x[0]) / 3


def nominal_levels(fractions, spent):
    """Armitage, McPherson & Rowe (1969) on the scale of z, by Simpson's rule on 4001 points and Brent's root."""
    levels, before, t0, x, mass = [], 0.0, 0.0, np.array([0.0]), np.array([1.0])
    for t, s in zip(fractions, spent):

        def crossing(z):
            return mass @ stats.norm.sf((z * math.sqrt(t) - x * math.sqrt(t0)) / math.sqrt(t - t0))

        now = s - before
        # Rarer than being above whatever came before, and as rare as that with all that was spent before added.
        ends = stats.norm.isf(s) - 1e-6, stats.norm.isf(now) + 1e-6
        z = optimize.brentq(lambda z: math.log(crossing(z) / now), *ends, xtol=1e-13)
        levels.append(stats.norm.sf(z))
        y, w = simpson(4001, -8, min(z, 9))
        density = np.empty_like(y)
        for i, at in enumerate(y):
            density[i] = mass @ stats.norm.pdf((at * math.sqrt(t) - x * math.sqrt(t0)) / math.sqrt(t - t0))
        x, mass, t0, before = y, w * density * math.sqrt(t / (t - t0)), t, s
    return levels


def by_distribution_function(fractions, levels):
    """What SciPy's multivariate normal distribution says is spent: a second method, good to about 1e-6."""
    z = stats.norm.isf(levels)
    cov = np.array([[math.sqrt(min(a, b) / max(a, b)) for a in fractions] for b in fractions])
    return [1 - stats.multivariate_normal.cdf(z[:k], cov=cov[:k, :k], maxpts=1_000_000, abseps=1e-7, releps=1e-7,
                                              rng=np.random.default_rng(1)) for k in range(1, len(z) + 1)]


def chance_to_find(shift, degrees, critical):
    """P(|T'| > critical), the noncentral t written as a normal over a chi, whose density has no pole."""

    def given(u):
        bound = critical * u / math.sqrt(degrees)
        return (stats.norm.sf(bound - shift) + stats.norm.cdf(-bound - shift)) * stats.chi.pdf(u, degrees)

    # In pieces: the weight of 119 degrees is far from that of one.
    cuts = [0, *stats.chi.ppf([1e-8, 1e-4, 0.01, 0.1, 0.5, 0.9, 0.99, 0.9999, 1 - 1e-8, 1 - 1e-14], degrees)]
    return sum(integrate.quad(given, a, b, epsabs=1e-14, epsrel=1e-13, limit=500)[0] for a, b in zip(cuts, cuts[1:]))


def minimum_detectable_effect(deviation, units, confidence, power):
    critical = stats.t.ppf(1 - (1 - confidence) / 2, units - 1)
    shift = optimize.brentq(lambda s: chance_to_find(s, units - 1, critical) - power, 0, 1000, xtol=1e-12)
    return shift * deviation / math.sqrt(units)


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
for x in units:
    for launches in ([0, 1, 2, 3, 4, 5, 6, 7], [0, 0, 1, 1, 2, 2, 2, 2], [4, 1, 1, 4, 4, 1, 4, 1]):
        of = [float(launch) for launch in launches[: len(x)]]
        show("hierarchical", (x, of, 0.95, 199, 42), hierarchical(x, of, 0.95, 199, 42))
for deviation, n in ((1.0, 2), (20.0, 6), (20.0, 10), (0.03, 24), (1.0, 120)):
    for confidence in (0.9, 0.95, 0.99):
        show("half_width", (deviation, n, confidence), (stats.t.isf((1 - confidence) / 2, n - 1) * deviation / math.sqrt(n),))
        for power in (0.5, 0.8, 0.95):
            show("minimum_detectable_effect", (deviation, n, confidence, power),
                 (minimum_detectable_effect(deviation, n, confidence, power),))
for x, y in ((units[0], units[1]), (units[1], units[2]), (units[2], units[0]), (units[1], [3.0, 3.5])):
    ci = stats.ttest_ind(x, y, equal_var=False)
    se = math.sqrt(np.var(x, ddof=1) / len(x) + np.var(y, ddof=1) / len(y))
    show("welch", (x, y), (np.mean(x) - np.mean(y), se, ci.df))
    for confidence in (0.95, 0.99):
        show("welch_interval", (x, y, confidence), (ci.confidence_interval(confidence)))
    for limit in (0.0, 4.0):
        p = stats.ttest_ind([v - limit for v in x], y, equal_var=False, alternative="greater").pvalue
        show("welch_p_above", (x, y, limit), (p,))
plans = (
    ([0.25, 0.5, 0.75, 1.0], (0.05, 0.025, 0.0025, 1e-5)),
    ([0.5, 1.0], (0.025,)),
    ([0.02, 0.3, 0.31, 0.9], (0.025, 1e-5)),
    ([k / 10 for k in range(1, 11)], (0.025, 0.00025)),
)
for fractions, alphas in plans:
    for alpha in alphas:
        spent = [alpha * t * t for t in fractions[:-1]] + [alpha]
        levels = nominal_levels(fractions, spent)
        show("nominal_levels", (fractions, spent), levels)
        if len(levels) <= 4:
            again = by_distribution_function(fractions, levels)
            assert np.allclose(again, spent, rtol=0, atol=5e-6), (fractions, alpha, again, spent)
