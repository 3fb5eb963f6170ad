#!/usr/bin/env bash
# Does a server's stall reach the percentiles? A plain server stops for 100 ms of each second under 2,000 calls a second in
# even arrivals: a tenth of the calls waits, from 100 ms down to none, so p99 must be 90 ms. A client that stops sending
# while it waits ("coordinated omission") sees almost none of it.
#   scripts/stall_probe.sh [ROUNDS]          five rounds of 10 s when not said
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
scripts/build.sh bench tracetax_load_bench tracetax_plain_server >&2
bin=build/bench/tests
said=$(mktemp)
server=
trap 'rm -f "$said"; [ -z "$server" ] || kill "$server" 2>/dev/null || true' EXIT
cores=$(nproc)
for ((round = 1; round <= rounds; ++round)); do
  taskset -c $((cores - 1)) "$bin/tracetax_plain_server" --port 0 --stall-every 1 --stall-for 0.1 > "$said" &
  server=$!
  for _ in $(seq 100); do
    [ -s "$said" ] && break
    sleep 0.05
  done
  port=$(grep -o '[0-9]\+' "$said" | head -1)
  taskset -c 0 "$bin/tracetax_load_bench" --url "http://127.0.0.1:$port/mcp" --rate 2000 --process constant --sessions 16 --seconds 10 --warmup 1 |
    python3 -c '
import json, sys
seen = json.load(sys.stdin)
print("round %s: %s calls, %s failed, p50 %.2f ms, p99 %.2f ms (90 is right), max %.2f ms" % (
    sys.argv[1], format(seen["calls"], ","), seen["failed"],
    seen["latency"]["p50_ns"] / 1e6, seen["latency"]["p99_ns"] / 1e6, seen["latency"]["max_ns"] / 1e6))' "$round"
  kill "$server"
  wait "$server" || true
  server=
done
