#!/usr/bin/env python3
"""The micro benchmarks of two commits, run in turn, and which of them changed. scripts/compare_micro.sh runs this."""

import argparse
import contextlib
import functools
import json
import math
import re
import signal
import statistics
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
USAGE = "scripts/compare_micro.sh REV_A REV_B [--filter REGEX] [--rounds N] [--margin PERCENT]"
# Of one round: a process of its own for each benchmark, since a process's layout in memory is luck that all its
# repetitions share; their median, since a shared machine takes a core away now and then.
REPETITIONS = 3
MIN_SECONDS = 0.05
LEAST_ROUNDS = 4  # with fewer Student's t finds nothing among so many benchmarks
CONFIDENCE = 0.95
NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


class Failure(Exception):
    """Something does not build or run; exit code 4."""


class Misuse(Exception):
    """What was asked for cannot be; exit code 2."""

    def __init__(self, message, hint):
        super().__init__(message)
        self.hint = hint


def say(text):
    print(f"compare_micro: {text}", file=sys.stderr, flush=True)


# Statistics -----------------------------------------------------------------------------------------------------------


def incomplete_beta(a, b, x):
    """Regularised, I_x(a, b), by its continued fraction (DLMF 8.17.22) with Lentz's method."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    tiny = 1e-300
    fraction, c, d = 1.0, 1.0, 0.0
    for i in range(1000):
        m = i // 2
        if i == 0:
            term = 1.0
        elif i % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + term * d or tiny)
        c = 1 + term / c or tiny
        fraction *= c * d
        if abs(1 - c * d) < 1e-15:
            break
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / a * (fraction - 1)


def student_above(t, degrees):
    """P(T > t)."""
    half = incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2
    return half if t >= 0 else 1 - half


@functools.lru_cache(maxsize=None)
def student_quantile(p, degrees):
    """For p from 0.5; by bisection."""
    low, high = 0.0, 1.0
    while student_above(high, degrees) > 1 - p:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if student_above(middle, degrees) > 1 - p else (low, middle)
    return high


def p_above(mean, error, degrees, limit):
    """One-sided p-value of "the true mean is at most `limit`"."""
    if error == 0:
        return 0.0 if mean > limit else 1.0
    return student_above((mean - limit) / error, degrees)


def holm_rejects(p_values, alpha):
    """Holm (1979): the chance of even one false rejection is at most `alpha`."""
    rejected = [False] * len(p_values)
    for k, i in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[i] > alpha / (len(p_values) - k):
            break
        rejected[i] = True
    return rejected


Change = namedtuple("Change", "name a b ratio low high p verdict")


def changes_of(times, margin):
    """One Change for each name of `times`, {name: ([ns of A's rounds], [ns of B's])}; the i-th of both are one round's.

    Each round's ln(B/A) is one value. Slower: their mean lies above ln(1 + margin) by Student's t; faster: below its
    negative; p-values of both sides, doubled, are held to Holm's levels over all benchmarks.
    """
    found = []
    for name, (a, b) in times.items():
        logs = [math.log(y / x) for x, y in zip(a, b)]
        mean, degrees = statistics.fmean(logs), len(logs) - 1
        error = 0.0 if len(set(logs)) == 1 else statistics.stdev(logs) / math.sqrt(len(logs))
        half = student_quantile(1 - (1 - CONFIDENCE) / 2, degrees) * error
        limit = math.log1p(margin)
        p = min(1.0, 2 * min(p_above(mean, error, degrees, limit), p_above(-mean, error, degrees, limit)))
        medians = statistics.median(a), statistics.median(b)
        found.append(Change(name, *medians, math.exp(mean), math.exp(mean - half), math.exp(mean + half), p, ""))
    rejected = holm_rejects([change.p for change in found], 1 - CONFIDENCE)
    return [change._replace(verdict="slower" if change.ratio > 1 else "faster") if changed else change
            for change, changed in zip(found, rejected)]  # fmt: skip


# Commits and programs -------------------------------------------------------------------------------------------------


def output_of(command, **options):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if result.returncode != 0:
        said = (result.stdout + result.stderr).rstrip()
        raise Failure(f"{' '.join(map(str, command))} ended with {result.returncode}:\n{said}")
    return result.stdout


def commit_of(revision):
    command = ["git", "-C", str(ROOT), "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        hint = "git log --oneline lists commits; changes that are not committed cannot be compared"
        raise Misuse(f"{revision}: no such commit", hint)
    return result.stdout.strip()


@contextlib.contextmanager
def worktree(commit, folder):
    git = ["git", "-C", ROOT, "worktree"]
    output_of([*git, "add", "--detach", "--quiet", folder, commit])
    try:
        yield folder
    finally:
        output_of([*git, "remove", "--force", folder])


def build(commit, folder):
    """The benchmark programs of a checkout, {module: path}."""
    say(f"building the benchmarks of {commit[:10]}")
    output_of(["cmake", "--preset", "bench"], cwd=folder)
    tree = folder / "build" / "bench"
    output_of(["cmake", "--build", tree, "--target", "micro"])
    found = {file.name.split("_")[1]: file for file in (tree / "micro").glob("tracetax_*_micro")}
    if not found:
        raise Failure(f"{commit[:10]} has no micro benchmarks, or google-benchmark is not installed (scripts/setup.sh)")
    return found


@contextlib.contextmanager
def programs_of(commits):
    """The programs of each commit, in worktrees whose paths are of one length: paths are in the binaries."""
    output_of([ROOT / "scripts" / "setup.sh"])
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="compare_micro.")))
        built = {}
        for i, commit in enumerate(commits):
            if commit not in built:
                built[commit] = build(commit, stack.enter_context(worktree(commit, scratch / str(i))))
        yield [built[commit] for commit in commits]


# Measuring ------------------------------------------------------------------------------------------------------------


def benchmarks_in(programs):
    """{"module/name": (program, name)}"""
    found = {}
    for module, program in sorted(programs.items()):
        for name in output_of([program, "--benchmark_list_tests=true"]).splitlines():
            found[f"{module}/{name}"] = (program, name)
    return found


def median_time(report):
    """CPU time in ns of google-benchmark's JSON: the median of its repetitions."""
    runs = [run for run in json.loads(report)["benchmarks"] if run.get("run_type", "iteration") == "iteration"]
    for run in runs:
        if run.get("error_occurred"):
            raise Failure(f"{run['name']}: {run.get('error_message', 'failed')}")
    if not runs:
        raise Failure("a benchmark that is listed does not run")
    return statistics.median(run["cpu_time"] * NANOSECONDS[run["time_unit"]] for run in runs)


def measure(program, name):
    exactly = re.sub(r"([\\.+*?^$|(){}\[\]])", r"\\\1", name)
    repeated = (f"--benchmark_min_time={MIN_SECONDS}", f"--benchmark_repetitions={REPETITIONS}")
    return median_time(output_of([program, f"--benchmark_filter=^{exactly}$", "--benchmark_format=json", *repeated]))


def run_rounds(sides, names, rounds, measure_one=measure):
    """A B B A A B …: within a round the two of a benchmark are neighbours, and what drifts meets both alike."""
    times = {name: ([], []) for name in names}
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        for name in names:
            for side in (0, 1) if number % 2 == 0 else (1, 0):
                times[name][side].append(measure_one(*sides[side][name]))
    return times


# What is said ---------------------------------------------------------------------------------------------------------


def in_words(ns):
    for unit, size in (("ns", 1), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)):
        if ns < 999.5 * size or unit == "s":
            return f"{ns / size:#.3g}".rstrip(".") + f" {unit}"
    return ""


def table(changes, margin):
    rows = [["benchmark", "A", "B", "B/A", "95 % interval", ""]]
    for c in changes:
        rows.append([c.name, in_words(c.a), in_words(c.b), f"{c.ratio:.3f}", f"[{c.low:.3f}, {c.high:.3f}]", c.verdict])
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    lines = []
    for name, *numbers, verdict in rows:
        aligned = [number.rjust(width) for number, width in zip(numbers, widths[1:])]
        lines.append("  ".join([name.ljust(widths[0]), *aligned, verdict]).rstrip())
    slower, faster = (sum(c.verdict == word for c in changes) for word in ("slower", "faster"))
    lines += [
        "",
        f"{slower} slower, {faster} faster, {len(changes) - slower - faster} not known to have changed.",
        f"Changed: by more than {margin * 100:g} %, with a chance of {100 * (1 - CONFIDENCE):.0f} % of even one mistake"
        " in this table (Student's t on",
        "the rounds' logarithms of B/A, Holm). A, B: CPU time, medians of the rounds. Each interval stands for itself.",
    ]
    return "\n".join(lines)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Misuse(message, USAGE)


def arguments_from(words):
    parser = Parser(prog="scripts/compare_micro.sh", usage=USAGE, description=__doc__)
    parser.add_argument("a", metavar="REV_A", help="the commit before")
    parser.add_argument("b", metavar="REV_B", help="the commit after")
    parser.add_argument("--filter", default="", metavar="REGEX", help="only benchmarks in whose name it is found")
    parser.add_argument("--rounds", type=int, default=10, metavar="N", help="times that each side is run (default 10)")
    parser.add_argument("--margin", type=float, default=5, metavar="PERCENT",
                        help="what counts as no change (default 5)")
    arguments = parser.parse_args(words)
    if arguments.rounds < LEAST_ROUNDS:
        hint = "fewer rounds cannot tell a change from noise"
        raise Misuse(f"--rounds: must be at least {LEAST_ROUNDS}, got {arguments.rounds}", hint)
    if not 0 <= arguments.margin < 100:
        raise Misuse(f"--margin: must be 0 to 100, got {arguments.margin:g}", "it is in percent: --margin 5")
    try:
        arguments.filter = re.compile(arguments.filter)
    except re.error as error:
        hint = "a regular expression as Python's, e.g. '^session/read_'"
        raise Misuse(f"--filter {arguments.filter}: {error}", hint) from None
    arguments.margin /= 100
    return arguments


def compare(arguments, programs=programs_of, measure_one=measure):
    commits = [commit_of(revision) for revision in (arguments.a, arguments.b)]
    with programs(commits) as built:
        sides = [benchmarks_in(each) for each in built]
        wanted = [[name for name in side if arguments.filter.search(name)] for side in sides]
        shared = [name for name in wanted[1] if name in wanted[0]]
        if not shared:
            some = ", ".join(list(sides[1])[::10])
            asked = arguments.filter.pattern
            raise Misuse(f"--filter {asked}: no benchmark of both commits has it in its name", f"there are {some} …")
        times = run_rounds(sides, shared, arguments.rounds, measure_one)
    changes = changes_of(times, arguments.margin)
    for side, revision, commit in zip("AB", (arguments.a, arguments.b), commits):
        print(f"{side}  {revision} ({commit[:10]})")
    print()
    print(table(changes, arguments.margin))
    for side, mine, others in (("A", wanted[0], wanted[1]), ("B", wanted[1], wanted[0])):
        if alone := [name for name in mine if name not in others]:
            print(f"In {side} only, not compared: {', '.join(alone)}.")
    return 1 if any(change.verdict == "slower" for change in changes) else 0


def main(words):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the worktrees are taken away
    try:
        return compare(arguments_from(words))
    except Misuse as misuse:
        say(misuse)
        say(f"hint: {misuse.hint}")
        return 2
    except Failure as failure:
        say(failure)
        return 4
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
