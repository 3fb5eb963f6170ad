#!/usr/bin/env python3
"""Our generator beside other people's, against one plain server. scripts/bench_peers.sh builds what it needs and runs it."""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BODY = json.dumps({
    "jsonrpc": "2.0", "id": 1000000000, "method": "tools/call",
    "params": {"_meta": {"io.modelcontextprotocol/clientCapabilities": {},
                         "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
                         "io.modelcontextprotocol/protocolVersion": "2026-07-28", "dev.tracetax/draw": 9007199254740991},
               "arguments": {"text": "xxxxx"}, "name": "echo"},
})  # fmt: skip
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
           "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "echo"}  # fmt: skip
CONNECTIONS = 16
OURS = "tracetax"
OURS_AWAKE = "tracetax, spinning for answers"
FLOOR = "send and receive alone"


class Server:
    """The plain server on a core of its own; next() gives what reached it since it was last asked."""

    def __init__(self, programs, core):
        self.process = subprocess.Popen(pinned(core, [programs / "tracetax_plain_server"]), stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.url = f"http://127.0.0.1:{self.port}/mcp"

    def next(self):
        self.process.send_signal(signal.SIGUSR1)
        said = json.loads(self.process.stdout.readline())
        self.process.stdout.readline()
        return said

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def pinned(core, command):
    return ["taskset", "-c", str(core), *map(str, command)] if core is not None else [*map(str, command)]


def clients(programs, scratch, url, seconds):
    """name -> (mode, rate) -> command; None where the program cannot do it."""
    body = scratch / "body.json"
    body.write_text(BODY)
    script = scratch / "post.lua"
    script.write_text('wrk.method = "POST"\nwrk.body = [[' + BODY + "]]\n"
                      + "".join(f'wrk.headers["{k}"] = "{v}"\n' for k, v in HEADERS.items()))  # fmt: skip
    fields = [part for k, v in HEADERS.items() for part in ("-H", f"{k}: {v}")]
    targets = scratch / "targets.json"

    def ours(mode, rate):
        command = [programs / "tracetax_load_bench", "--url", url, "--seconds", seconds, "--warmup", 0]
        if mode == "saturation":
            return [*command, "--sessions", CONNECTIONS, "--connections", 1]
        return [*command, "--rate", rate, "--process", mode, "--sessions", 4, "--connections", CONNECTIONS // 4, "--spin", 200, "--bare"]

    def awake(mode, rate):
        return None if mode == "saturation" else [*ours(mode, rate), "--spin-for-answers", 200]

    def floor(mode, rate):
        if mode != "constant":
            return None
        return [programs / "tracetax_load_bench", "--url", url, "--seconds", seconds, "--rate", rate, "--floor"]

    def wrk(mode, rate):
        return ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script, url] if mode == "saturation" else None

    def wrk2(mode, rate):
        if mode == "saturation":
            return None
        return ["wrk2", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", f"-R{rate}", "-s", script, url] if mode == "constant" else None

    def h2load(mode, rate):
        command = ["h2load", "--h1", "-t1", f"-c{CONNECTIONS}", f"-D{seconds}", "-d", body, *fields]
        if mode == "saturation":
            return [*command, url]
        return [*command, f"--rps={rate / CONNECTIONS:g}", url] if mode == "constant" else None

    def hey(mode, rate):
        command = ["hey", "-cpus", "1", "-c", CONNECTIONS, "-z", f"{seconds}s", "-m", "POST", "-D", body,
                   "-T", "application/json", *fields]  # fmt: skip
        if mode == "saturation":
            return [*command, url]
        return [*command, "-q", f"{rate / CONNECTIONS:g}", url] if mode == "constant" else None

    def ab(mode, rate):
        fields_of_ab = [p for k, v in HEADERS.items() if k != "Content-Type" for p in ("-H", f"{k}: {v}")]
        if mode != "saturation":
            return None
        return ["ab", "-q", "-k", "-c", CONNECTIONS, "-t", seconds, "-n", 100_000_000, "-p", body, "-T", "application/json",
                *fields_of_ab, url]  # fmt: skip

    def vegeta(mode, rate):
        if mode != "constant":
            return None
        import base64
        targets.write_text(json.dumps({"method": "POST", "url": url, "body": base64.b64encode(BODY.encode()).decode(),
                                       "header": {k: [v] for k, v in HEADERS.items()}}) + "\n")  # fmt: skip
        return ["vegeta", "attack", "-format=json", f"-targets={targets}", f"-rate={rate}", f"-duration={seconds}s",
                f"-connections={CONNECTIONS}", "-output=/dev/null"]  # fmt: skip

    def k6(mode, rate):
        source = scratch / f"{mode}-{rate}.js"
        scenario = (f"executor: 'constant-vus', vus: {CONNECTIONS}, duration: '{seconds}s'" if mode == "saturation" else
                    f"executor: 'constant-arrival-rate', rate: {rate}, timeUnit: '1s', duration: '{seconds}s', "
                    f"preAllocatedVUs: {CONNECTIONS}")  # fmt: skip
        if mode == "poisson":
            return None
        source.write_text(f"import http from 'k6/http';\nexport const options = {{ scenarios: {{ s: {{ {scenario} }} }} }};\n"
                          f"export default () => http.post('{url}', {json.dumps(BODY)}, {{ headers: {json.dumps(HEADERS)} }});\n")
        return ["k6", "run", "--quiet", "--no-usage-report", source]

    known = {OURS: ours, OURS_AWAKE: awake, FLOOR: floor, "wrk": wrk, "wrk2": wrk2, "h2load": h2load, "hey": hey, "ab": ab, "vegeta": vegeta, "k6": k6}
    return {name: command for name, command in known.items() if name in (OURS, OURS_AWAKE, FLOOR) or shutil.which(name)}


def run(command, core):
    """Wall seconds, CPU seconds of the client, and what it printed."""
    with tempfile.TemporaryFile("w+") as out:
        began = time.monotonic()
        process = subprocess.Popen(pinned(core, command), stdout=out, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - began
        out.seek(0)
        return took, usage.ru_utime + usage.ru_stime, out.read()


def measure(server, command, core, seconds, name):
    server.next()
    took, cpu, printed = run(command, core)
    seen = server.next()
    requests = max(seen["requests"], 1)
    row = {"calls_per_s": requests / seconds, "cpu_us_per_call": cpu / requests * 1e6, "variation": seen["coefficient_of_variation"],
           "arrivals_per_s": seen["rate_per_s"], "wall_s": took}  # fmt: skip
    if name == FLOOR:
        said = json.loads(printed)
        row["cpu_us_per_call"] = (said["send_ns_per_call"] + said["receive_ns_per_call"]) / 1e3
    if name in (OURS, OURS_AWAKE):
        said = json.loads(printed)
        row["calls_per_s"] = said["calls_per_s"]
        row["failed"] = said["failed"]
        row["cpu_us_per_call"] = said["working_ns_per_call"] / 1e3
        row["spun_us_per_call"] = said["spun_ns_per_call"] / 1e3
        row["lag_p50_us"] = said["send_lag"]["p50_ns"] / 1e3
        row["lag_p99_us"] = said["send_lag"]["p99_ns"] / 1e3
        if "bare_loop" in said:
            row["bare_p50_us"] = said["bare_loop"]["p50_ns"] / 1e3
            row["bare_p99_us"] = said["bare_loop"]["p99_ns"] / 1e3
    return row


def median(rows, key):
    values = [row[key] for row in rows if key in row]
    return statistics.median(values) if values else None


def shown(value, form):
    return "" if value is None else format(value, form)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    programs = arguments.programs.resolve()
    cores = sorted(os.sched_getaffinity(0))
    server_core, client_core = (cores[0], cores[1]) if len(cores) > 1 else (None, None)
    modes = [("saturation", 0), ("constant", 1000), ("constant", 5000), ("poisson", 1000), ("poisson", 5000)]
    rows = {}
    server = Server(programs, server_core)
    with tempfile.TemporaryDirectory() as scratch:
        commands = clients(programs, Path(scratch), server.url, arguments.seconds)
        for i in range(arguments.rounds):
            for mode, rate in modes:
                order = list(commands.items())
                for name, make in order if i % 2 == 0 else reversed(order):
                    command = make(mode, rate)
                    if command is None:
                        continue
                    print(f"bench: round {i + 1} of {arguments.rounds}: {mode} {rate or ''} {name}", file=sys.stderr, flush=True)
                    row = measure(server, command, client_core, arguments.seconds, name)
                    rows.setdefault((mode, rate, name), []).append(row)
    server.stop()
    if arguments.json:
        arguments.json.write_text(json.dumps([{"mode": m, "rate": r, "client": n, "rounds": v} for (m, r, n), v in rows.items()], indent=1))

    print(f"Medians of {arguments.rounds} interleaved rounds of {arguments.seconds} s, {CONNECTIONS} connections, client and server on a core each.\n")
    print("| load | client | calls/s | CPU a call, µs | spun a call, µs | arrivals: coefficient of variation | send lag p50 / p99, µs "
          "| bare loop p50 / p99, µs |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    for (mode, rate, name), of in rows.items():
        get = lambda key: median(of, key)  # noqa: E731
        lag = f"{shown(get('lag_p50_us'), '.2f')} / {shown(get('lag_p99_us'), '.0f')}" if get("lag_p50_us") is not None and rate else ""
        bare = f"{shown(get('bare_p50_us'), '.2f')} / {shown(get('bare_p99_us'), '.0f')}" if get("bare_p50_us") is not None else ""
        load = mode if not rate else f"{mode} {rate:,}/s"
        print(f"| {load} | {name} | {get('calls_per_s'):,.0f} | {get('cpu_us_per_call'):.1f} | {shown(get('spun_us_per_call'), '.1f')} "
              f"| {shown(get('variation') if rate else None, '.2f')} | {lag} | {bare} |")  # fmt: skip


if __name__ == "__main__":
    main()
