#!/usr/bin/env python3
"""Experiments with a known truth, cut into gates, and what share of the gates told it. scripts/prove.sh runs this."""

import argparse
import contextlib
import csv
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "docs" / "believability.csv"
DOCUMENT = ROOT / "docs" / "believability.md"
GATE_SECONDS = (30, 60, 300)

# The planted arm's true costs; the tool takes 2 ms. What 20 µs of CPU do to calls that wait behind others is not known
# beforehand: means and tails of blocks hold it, and have no truth here.
METRICS = ("latency.p50", "latency.mean", "latency.trimmed_mean", "latency.p99", "cpu_per_call")
PLANTED = {("pairs", "latency.p50"): 20e3, ("pairs", "latency.trimmed_mean"): 20e3, ("pairs", "latency.mean"): 20e3,
           ("blocks", "latency.p50"): 20e3, ("blocks", "cpu_per_call"): 20e3}  # fmt: skip

SCENARIO = """\
version: 1
name: prove-{phase}
description: An arm against its copy or against one with a cost planted in its tool.
topology: {{ servers: [ {{ name: tools, listen: http, connections: 16 }} ] }}
tools:
  lookup: {{ service_time: {{ distribution: constant, value: 2ms }}, cpu_share: 0.1, response_bytes: 512 }}
load:
  arrivals: {{ process: poisson, rate: 500/s }}
  sessions: 4
  calls: [ {{ tool: lookup, arguments: {{ text: hello }} }} ]
  timeout: 5s
arms:
  control: {{ role: control, tracing: {{ sampler: none }} }}
{arms}
plan: {{ warmup: 100ms, settle: 50ms, window: {window}, phases: [{phases}], blocks: 10000, seed: {seed} }}
budgets:
{budgets}
"""
ARMS = {
    "copy": "  copy: { role: treatment, tracing: { sampler: none } }",
    "planted": "  planted: { role: treatment, tracing: { sampler: none }, tools: { lookup: { added_delay: 20us, cpu_share: 0.11 } } }",
    "build": "  build: { role: treatment, tracing: { sampler: none }, programs: PROGRAMS }",
}
# What an innocent change is gated with; `copy` must hold all of them, and `planted` none of those at 0.
BUDGETS = {
    "pairs": [("latency.p50", "0.5%"), ("latency.trimmed_mean", "0.5%")],
    "blocks": [("latency.p50", "2%"), ("latency.mean", "5%"), ("latency.p99", "20%"), ("cpu_per_call", "5%")],
    "pairs, blocks": [("latency.p50", "2%"), ("cpu_per_call", "10%")],
}
WINDOWS = {"pairs": "2s", "blocks": "300ms", "pairs, blocks": "500ms"}
# Pairs are sharp enough for three arms at once; blocks give each arm twice the windows when there are two.
KINDS = {"pairs": ("pairs", ["copy", "planted"]), "blocks": ("blocks", ["copy"]), "planted": ("blocks", ["planted"])}
# `compare` is asked about an arm whose program grew between two results: the same scenario, another build in the folder.
GROWN_MINUTES = 3
BUILD = """\
#!/bin/sh
# mcp-server of another commit: called with --config FILE, it is {delay} slower a call.
sed -i 's/"added_delay": "0s"/"added_delay": "{delay}"/' "$2"
exec "{server}" "$@"
"""


@contextlib.contextmanager
def neighbour(present):
    """Takes a core every other second, as a neighbour on a shared machine would."""
    if not present:
        yield
        return
    loop = "import time\nwhile True:\n t=time.monotonic()\n while time.monotonic()-t<1: pass\n time.sleep(1)"
    process = subprocess.Popen([sys.executable, "-c", loop])
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def run_one(tracetax, folder, phases, arms, seed, minutes, noisy=False, programs=None):
    if (folder / "result.json").exists():
        return
    print(f"prove: {folder.name}", file=sys.stderr, flush=True)
    budgets = "\n".join(f"  - {{ metric: {metric}, max: {limit} }}" for metric, limit in BUDGETS[phases])
    described = "\n".join(ARMS[arm].replace("PROGRAMS", str(programs)) for arm in arms)
    text = SCENARIO.format(phase=phases.split(",")[0], phases=phases, seed=seed, arms=described, budgets=budgets, window=WINDOWS[phases])
    with tempfile.TemporaryDirectory() as scratch, neighbour(noisy):
        scenario = Path(scratch) / "scenario.yaml"
        scenario.write_text(text)
        command = [tracetax, "run", scenario, "-o", folder, "--quiet", "--max-time", f"{minutes * 60:g}s"]
        # 0, 1 and 3 are verdicts; the run ends by the clock.
        code = subprocess.run(command).returncode
        if code not in (0, 1, 3):
            sys.exit(f"prove: {' '.join(map(str, command))} ended with {code}")


def pieces(tracetax, folder, length):
    """What a run of `length` seconds would have said: (first block, file, its contents) of each piece of the run."""
    result = json.loads((folder / "result.json").read_text())
    blocks, seconds = result["blocks_done"], result["duration_ns"] / 1e9
    per_gate = min(blocks, int(length * blocks / seconds))
    if seconds < length * 0.8 or per_gate < 3:
        return
    for first in range(0, blocks - per_gate + 1, per_gate):
        text = subprocess.run([tracetax, "report", folder, "--blocks", f"{first}-{first + per_gate - 1}", "--as", "json"],
                              check=True, capture_output=True, text=True).stdout
        part_file = folder / f"gate-{length}-{first:04}.json"
        part_file.write_text(text)
        yield first, part_file, json.loads(text)


def gates_of(tracetax, folder, condition, phase):
    """One row for each gate length, piece of the run, arm and metric."""
    seed = json.loads((folder / "result.json").read_text())["seed"]
    for length in GATE_SECONDS:
        for first, _, part in pieces(tracetax, folder, length):
            verdicts = {(b["arm"], b["metric"]): b["verdict"] for b in part["budgets"]}
            for c in part["comparisons"]:
                if c.get("service") or c["metric"] not in METRICS:
                    continue
                yield {
                    "condition": condition, "phase": phase, "seconds": length, "run": folder.name, "seed": seed,
                    "first_block": first, "blocks": c["blocks"], "arm": c["treatment"], "metric": c["metric"],
                    "control_value": c["control_value"],
                    **{f"absolute_{k}": c["absolute"][k] for k in ("estimate", "low", "high")},
                    **{f"relative_{k}": c["relative"][k] for k in ("estimate", "low", "high")},
                    "verdict": verdicts.get((c["treatment"], c["metric"]), ""),
                }  # fmt: skip


def compare(tracetax, earlier, later):
    code = subprocess.run([tracetax, "compare", earlier, later], capture_output=True).returncode
    return {0: "within", 1: "exceeded", 3: "inconclusive"}.get(code, f"exit code {code}")


def compared_alike(tracetax, folders):
    """Verdicts on neighbouring gates of 30 s: the same commit, so no overhead has grown."""
    verdicts = defaultdict(int)
    for folder in folders:
        gates = sorted(folder.glob("gate-30-*.json"))
        for earlier, later in zip(gates, gates[1:]):
            verdicts[compare(tracetax, earlier, later)] += 1
    return verdicts


def compared_grown(tracetax, keep):
    """Verdicts on a build against itself, and against one that is 100 µs slower: each gate of 30 s before with each after."""
    gates = {}
    for name, delay, seed in (("before", "0s", 3000), ("after", "100us", 3001)):
        # The scenario names the folder, so both builds must lie in the same one, one after the other.
        programs = (keep / "build").resolve()
        programs.mkdir(exist_ok=True)
        server = programs / "mcp-server"
        server.write_text(BUILD.format(delay=delay, server=(tracetax.parent / "mcp-server").resolve()))
        server.chmod(0o755)
        folder = keep / f"grown-{name}"
        run_one(tracetax, folder, "pairs, blocks", ["build"], seed, GROWN_MINUTES, programs=programs)
        gates[name] = [file for _, file, _ in pieces(tracetax, folder, 30)]
    same, grown = defaultdict(int), defaultdict(int)
    for i, earlier in enumerate(gates["before"]):
        for later in gates["before"][i + 1:]:
            same[compare(tracetax, earlier, later)] += 1
        for later in gates["after"]:
            grown[compare(tracetax, earlier, later)] += 1
    return same, grown


def read_raw():
    with RAW.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for key, value in row.items():
            with contextlib.suppress(ValueError):
                row[key] = float(value)
    return rows


def share(hits, n):
    return f"{hits} of {n}" if n else "–"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"


def gate_table(rows):
    """A gate is all budgets of a run of that length: `exceeded` when any is."""
    gates = defaultdict(list)
    for row in rows:
        if row["verdict"]:
            gates[row["condition"], row["phase"], row["seconds"], row["arm"], row["run"], row["first_block"]].append(row["verdict"])
    sums = defaultdict(lambda: [0, 0, 0, 0])
    for (condition, phase, seconds, arm, *_), verdicts in gates.items():
        if arm != "copy":
            continue
        counted = sums[condition, phase, seconds]
        counted[0] += 1
        counted[1 if "exceeded" in verdicts else 2 if all(v == "within" for v in verdicts) else 3] += 1
    body = [[c, p, f"{s:g} s", n, exceeded, within, open_] for (c, p, s), (n, exceeded, within, open_) in sorted(sums.items(), key=key_of)]
    return table(["machine", "phase", "time", "gates", "exceeded", "within", "inconclusive"], body)


def key_of(item):
    condition, phase, seconds, *rest = item[0]
    return (condition != "quiet", phase != "pairs", seconds, *rest)


def metric_table(rows):
    groups = defaultdict(list)
    for row in rows:
        groups[row["condition"], row["phase"], row["seconds"], row["metric"]].append(row)
    body = []
    for (condition, phase, seconds, metric), group in sorted(groups.items(), key=key_of):
        copies = [r for r in group if r["arm"] == "copy"]
        planted = [r for r in group if r["arm"] == "planted"]
        truth = PLANTED.get((phase, metric))
        half = statistics.median((r["relative_high"] - r["relative_low"]) / 2 for r in copies)
        body.append([
            condition, phase, f"{seconds:g} s", metric, f"{statistics.median(r['blocks'] for r in group):g}",
            f"± {half * 100:.2f} %",
            share(sum(r["absolute_low"] <= 0 <= r["absolute_high"] for r in copies), len(copies)),
            share(sum(r["absolute_low"] > 0 for r in copies), len(copies)),
            share(sum(r["absolute_low"] <= truth <= r["absolute_high"] for r in planted), len(planted)) if truth else "–",
            share(sum(r["absolute_low"] > 0 for r in planted), len(planted)),
            f"{statistics.median(r['absolute_estimate'] for r in planted) / 1e3:+.1f} µs",
        ])  # fmt: skip
    return table(["machine", "phase", "time", "metric", "blocks", "half width", "copy: interval holds 0", "copy: wholly above 0",
                  "planted: holds the truth", "planted: found (above 0)", "planted: median estimate"], body)  # fmt: skip


def listed(verdicts):
    return ", ".join(f"{n} {verdict}" for verdict, n in sorted(verdicts.items())) + f" of {sum(verdicts.values())}"


def write_document(arguments, took, alike, same, grown):
    rows = read_raw()
    machine = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    budgets = "; ".join(f"{phase}: " + ", ".join(f"{m} {limit}" for m, limit in BUDGETS[phase]) for phase in ("pairs", "blocks"))
    DOCUMENT.write_text(f"""# Can the numbers be believed?

Written by `scripts/prove.sh` on {time.strftime("%Y-%m-%d", time.gmtime())} from `believability.csv` beside it (one row for each gate, arm and
metric, with the seed of its run). Machine: {os.cpu_count()} cores of {machine}, Linux {platform.release()}. Commit {commit}.{took}

Arms without tracing: `control`, its `copy`, and `planted`, whose tool waits 20 µs longer (+1 % of its 2 ms) and uses 20 µs more
CPU a call. Pairs have all three at once, with windows of {WINDOWS["pairs"]}; blocks have two, with windows of {WINDOWS["blocks"]}. A client calls the
server over HTTP, open loop, 500 calls a second; every block starts all processes anew. Runs of {arguments.minutes:g} minutes are cut into gates
of 30 s, 60 s and 5 min, and `tracetax report --blocks` says of each piece what a run of that length would have said.
*neighbour*: a process that takes a core every other second.

## Does the gate cry wolf?
`copy` against `control` with budgets that an innocent change must hold ({budgets}). Gates of one length share no block with each other; gates of
different lengths are cut from the same runs.

{gate_table(rows)}
## What is found, and how well
*holds 0* and *holds the truth* are meant to be 95 of 100; *wholly above 0* 2.5 of 100.

{metric_table(rows)}
Half width: of the 95 % interval of `copy`, median over the gates. The planted wait is a timer's, so the machine adds what its timers
add. Means and tails of blocks also hold what 20 µs more CPU do to calls that wait behind others, which nobody planted: they have no truth here
(–), and neither has p50 in blocks to the last microseconds. A block holds 150 calls of an arm here: too few for p99, which is
shown to say so.

## Does `compare` cry wolf, and does it bark?
All by `tracetax compare` on gates of 30 s, half of each budget allowed.

- Neighbouring gates of the runs above, the same commit: {listed(alike)}.
- A treatment run from a folder of programs, the same build before and after ({GROWN_MINUTES} minutes, both phases, every pair of gates; p50 2 %,
  CPU per call 10 %): {listed(same)}.
- The same, but the build after is 100 µs slower a call: {listed(grown)}.
""")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracetax", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--keep", type=Path, default=ROOT / "out" / "prove")
    arguments = parser.parse_args()
    arguments.keep.mkdir(parents=True, exist_ok=True)
    tracetax = arguments.tracetax.resolve()
    began = time.monotonic()
    runs = []
    for noisy in (False, True):
        condition = "neighbour" if noisy else "quiet"
        rounds = max(1, arguments.rounds // 4) if noisy else arguments.rounds
        for i in range(rounds):
            for kind, (phase, arms) in KINDS.items():
                if kind == "planted" and i % 4 != 0:
                    continue
                folder = arguments.keep / f"{condition}-{kind}-{i}"
                run_one(tracetax, folder, phase, arms, 1000 + 10 * i + noisy, arguments.minutes, noisy)
                runs.append((folder, condition, phase))
    same, grown = compared_grown(tracetax, arguments.keep)
    rows = [row for folder, condition, phase in runs for row in gates_of(tracetax, folder, condition, phase)]
    alike = compared_alike(tracetax, [folder for folder, *_ in runs])
    with RAW.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    minutes = (time.monotonic() - began) / 60
    write_document(arguments, f" The experiments took {minutes:.0f} minutes." if minutes > 3 else "", alike, same, grown)
    print(f"prove: {DOCUMENT}", file=sys.stderr)


if __name__ == "__main__":
    main()
