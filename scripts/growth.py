#!/usr/bin/env python3
"""How the cost of a call grows with what is asked for. scripts/growth.sh builds what it needs and runs it."""

import argparse
import json
import math
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "growth.md"

SCENARIO = """\
version: 1
name: growth
topology: {{ servers: [ {{ name: tools, listen: http, connections: 16 }} ] }}
tools:
  lookup: {{ service_time: {{ distribution: constant, value: 1ms }}, cpu_share: 0.1, response_bytes: {response}, inner_spans: {spans} }}
load:
  arrivals: {{ process: poisson, rate: {rate}/s }}
  sessions: 4
  calls: [ {{ tool: lookup, arguments: {{ text: "{text}" }} }} ]
arms:
  control: {{ role: control, tracing: {{ sampler: none }} }}
{treatments}
plan: {{ warmup: 200ms, settle: 100ms, window: 500ms, phases: [{phases}], blocks: {blocks}, seed: 5 }}
budgets: [ {{ metric: latency.p50, max: 1000% }} ]
"""
TREATMENT = "  on{number}: {{ role: treatment, tracing: {{ sampler: always_on, batch: {{ delay: 100ms, queue: 65536 }} }} }}"


def plot(path, title, x_label, y_label, series):
    """A log-log plot as SVG: {name: [(x, y)]}. Points at x = 0 stand at the left edge."""
    width, height, left, right, top, bottom = 640, 360, 70, 150, 40, 50
    colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b"]
    points = [(x, y) for of in series.values() for x, y in of if y > 0]
    xs = [x for x, _ in points if x > 0]
    floor = min(xs) / 10 if any(x == 0 for x, _ in points) else min(xs)
    low_x, high_x = math.log10(floor), math.log10(max(xs))
    low_y, high_y = math.floor(math.log10(min(y for _, y in points))), math.ceil(math.log10(max(y for _, y in points)))
    high_y = max(high_y, low_y + 1)
    at_x = lambda x: left + (math.log10(max(x, floor)) - low_x) / max(high_x - low_x, 1e-9) * (width - left - right)  # noqa: E731
    at_y = lambda y: height - bottom - (math.log10(y) - low_y) / (high_y - low_y) * (height - top - bottom)  # noqa: E731
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="white"/>',
           f'<text x="{left}" y="20" font-size="14" font-weight="bold">{title}</text>',
           f'<text x="{(left + width - right) / 2}" y="{height - 10}" text-anchor="middle">{x_label}</text>',
           f'<text x="16" y="{height / 2}" text-anchor="middle" transform="rotate(-90 16 {height / 2})">{y_label}</text>']  # fmt: skip
    for power in range(low_y, high_y + 1):
        y = at_y(10.0 ** power)
        out.append(f'<line x1="{left}" x2="{width - right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
                   f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0 ** power:,g}</text>')  # fmt: skip
    for x in sorted({x for x, _ in points}):
        out.append(f'<text x="{at_x(x):.1f}" y="{height - bottom + 16}" text-anchor="middle">{shown(x)}</text>')
    for i, (name, of) in enumerate(series.items()):
        of = [(x, y) for x, y in of if y > 0]
        colour = colours[i % len(colours)]
        line = " ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in of)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in of]
        if of:
            out.append(f'<text x="{width - right + 8}" y="{at_y(of[-1][1]) + 4:.1f}" fill="{colour}">{name}</text>')
    path.write_text("\n".join(out) + "\n</svg>\n")


def shown(number):
    for power, unit in ((6, "M"), (3, "k")):
        if number >= 10 ** power:
            return f"{number / 10 ** power:g}{unit}"
    return f"{number:g}"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"


class Growth:
    def __init__(self, build, seconds):
        self.tests, self.bin, self.seconds = build / "tests", build / "bin", seconds
        self.parts = []

    def bench(self, url, *arguments):
        out = subprocess.run([self.tests / "tracetax_load_bench", "--url", url, "--seconds", str(self.seconds), *map(str, arguments)],
                             check=True, capture_output=True, text=True).stdout
        return json.loads(out)

    def run(self, **values):
        """result.json of a run of the scenario."""
        of = {"response": 64, "spans": 0, "rate": 200, "text": "x", "treatments": TREATMENT.format(number=""), "phases": "pairs, blocks",
              "blocks": 6, **values}  # fmt: skip
        with tempfile.TemporaryDirectory() as scratch:
            scenario = Path(scratch) / "s.yaml"
            scenario.write_text(SCENARIO.format(**of))
            began = time.monotonic()
            code = subprocess.run([self.bin / "tracetax", "run", scenario, "-o", Path(scratch) / "r", "--quiet"]).returncode
            if code not in (0, 1, 3):
                sys.exit(f"growth: the run ended with {code}")
            result = json.loads((Path(scratch) / "r" / "result.json").read_text())
            result["took_s"] = time.monotonic() - began
            return result

    def say(self, what):
        print(f"growth: {what}", file=sys.stderr, flush=True)

    def part(self, name, title, text, header, rows, x_label, y_label, series):
        plot(ROOT / "docs" / f"growth-{name}.svg", title, x_label, y_label, series)
        self.parts.append(f"## {title}\n{text}\n\n{table(header, rows)}\n![{title}](growth-{name}.svg)\n")

    def rates(self, url):
        rows, cpu, lag = [], [], []
        for rate in (100, 300, 1000, 3000, 10000, 30000):
            self.say(f"rate {rate}")
            r = self.bench(url, "--rate", rate, "--sessions", 4)
            rows.append([f"{rate:,}", f"{r['calls_per_s']:,.0f}", f"{r['working_ns_per_call'] / 1e3:.1f}", f"{r['spun_ns_per_call'] / 1e3:.1f}",
                         f"{r['send_lag']['p50_ns'] / 1e3:.2f}", f"{r['send_lag']['p99_ns'] / 1e3:.1f}", f"{r['latency']['p50_ns'] / 1e3:.0f}"])  # fmt: skip
            cpu.append((rate, r["working_ns_per_call"] / 1e3))
            lag.append((rate, r["send_lag"]["p99_ns"] / 1e3))
        r = self.bench(url, "--sessions", 16, "--connections", 1)
        rows.append(["closed loop", f"{r['calls_per_s']:,.0f}", f"{r['working_ns_per_call'] / 1e3:.1f}", f"{r['spun_ns_per_call'] / 1e3:.1f}", "", "",
                     f"{r['latency']['p50_ns'] / 1e3:.0f}"])  # fmt: skip
        self.part("rate", "Rate", "Poisson arrivals, one load thread, 4 sessions, against a plain server.",
                  ["calls/s asked", "calls/s", "CPU a call, µs", "spun a call, µs", "send lag p50, µs", "p99, µs", "latency p50, µs"], rows,
                  "calls a second", "µs", {"CPU a call": cpu, "send lag p99": lag})  # fmt: skip

    def sessions(self, http, ws):
        rows, series = [], {}
        for kind, url in (("http", http), ("ws", ws)):
            for n in (1, 10, 100, 1000, 10000):
                self.say(f"{n} sessions over {kind}")
                r = self.bench(url, "--rate", 2000, "--sessions", n, "--connections", 1, "--warmup", 6 if n == 10000 and kind == "http" else 1)
                rows.append([kind, f"{n:,}", f"{r['failed']:,}", f"{r['resident_bytes'] / 2**20:.1f}", f"{r['working_ns_per_call'] / 1e3:.1f}",
                             f"{r['send_lag']['p99_ns'] / 1e3:.1f}"])  # fmt: skip
                series.setdefault(f"MiB, {kind}", []).append((n, r["resident_bytes"] / 2**20))
        self.part("sessions", "Sessions", "2,000 calls a second in turn over all sessions, each with a connection of its own. HTTP against a plain "
                  "server, WebSocket against `mcp-server`. Memory: resident, of the whole generator.",
                  ["transport", "sessions", "failed calls", "memory, MiB", "CPU a call, µs", "send lag p99, µs"], rows, "sessions", "MiB", series)  # fmt: skip

    def payloads(self, url):
        rows, cpu = [], []
        for size in (1, 1000, 10_000, 100_000, 1_000_000):
            self.say(f"payload {size}")
            r = self.bench(url, "--rate", 100, "--payload", size)
            rows.append([f"{size:,}", f"{r['working_ns_per_call'] / 1e3:.1f}", f"{r['latency']['p50_ns'] / 1e3:.0f}"])
            cpu.append((size, r["working_ns_per_call"] / 1e3))
        self.part("payload", "Payload", "Bytes of the argument, 100 calls a second, against a plain server.",
                  ["bytes", "CPU a call, µs", "latency p50, µs"], rows, "bytes", "µs a call", {"CPU": cpu})  # fmt: skip

    def spans(self):
        rows, latency, cpu = [], [], []
        for spans in (0, 1, 3, 10, 30, 100, 200):
            self.say(f"{spans} inner spans")
            result = self.run(spans=spans)
            get = lambda metric, phase: next(c["absolute"] for c in result["comparisons"]  # noqa: E731
                                             if c["metric"] == metric and c["phase"] == phase and not c.get("service"))  # fmt: skip
            p50, per_call = get("latency.p50", "pairs"), get("cpu_per_call", "blocks")
            told = lambda e: f"{e['estimate'] / 1e3:.1f} ({e['low'] / 1e3:.1f} to {e['high'] / 1e3:.1f})"  # noqa: E731
            rows.append([spans + 1, told(p50), told(per_call)])
            latency.append((spans + 1, p50["estimate"] / 1e3))
            cpu.append((spans + 1, per_call["estimate"] / 1e3))
        self.part("spans", "Spans per call", "What recording and exporting every span costs a call (always_on against no tracing), 200 calls a second, "
                  "6 blocks, with the 95 % interval.", ["spans a call", "p50 (pairs), µs", "CPU a call (blocks), µs"], rows,
                  "spans a call", "µs a call", {"p50": latency, "CPU": cpu})  # fmt: skip

    def arms(self):
        rows, took = [], []
        for arms in (1, 2, 4, 8):
            self.say(f"{arms} treatments")
            result = self.run(treatments="\n".join(TREATMENT.format(number=i) for i in range(arms)), blocks=4)
            seconds = result["duration_ns"] / 1e9 / 4
            rows.append([arms + 1, f"{seconds:.1f}", f"{result['took_s']:.1f}"])
            took.append((arms + 1, seconds))
        self.part("arms", "Arms", "Windows of 0.5 s, one of pairs and one of each arm a block, each block starting everything anew; 4 blocks.",
                  ["arms", "seconds a block", "seconds in all"], rows, "arms", "seconds a block", {"a block": took})  # fmt: skip

    def write(self):
        machine = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
        DOCUMENT.write_text("# How cost grows\n\n"
                            f"Written by `scripts/growth.sh` on {time.strftime('%Y-%m-%d', time.gmtime())}. Machine: {os.cpu_count()} cores of {machine}, "
                            f"Linux {platform.release()}. Generator, server and services share them.\n\n" + "\n".join(self.parts))  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=3)
    arguments = parser.parse_args()
    growth = Growth(arguments.build.resolve(), arguments.seconds)
    plain = subprocess.Popen([growth.tests / "tracetax_plain_server"], stdout=subprocess.PIPE, text=True)
    real = subprocess.Popen([growth.bin / "mcp-server", "--listen", "ws://127.0.0.1:0/mcp"], stderr=subprocess.PIPE, text=True)
    try:
        http = f"http://127.0.0.1:{json.loads(plain.stdout.readline())['port']}/mcp"
        ws = next(json.loads(line)["listen"][0] for line in real.stderr if '"ready"' in line)
        growth.rates(http)
        growth.sessions(http, ws)
        growth.payloads(http)
    finally:
        for process in (plain, real):
            process.send_signal(signal.SIGTERM)
            process.wait()
    growth.spans()
    growth.arms()
    growth.write()
    growth.say(DOCUMENT)


if __name__ == "__main__":
    main()
