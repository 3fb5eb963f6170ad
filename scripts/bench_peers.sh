#!/usr/bin/env bash
# Our generator beside wrk, h2load, hey and ab (from Debian), and k6 and vegeta where they are on the PATH: calls a
# second and CPU a call at saturation, CPU a call and evenness of arrivals at fixed rates, against the same plain server,
# in turn, in one run. Prints a table in Markdown; docs/performance.md has one.
#   scripts/bench_peers.sh [--rounds N] [--seconds S] [--json FILE]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" --bench
"$root/scripts/build.sh" bench tracetax_plain_server tracetax_load_bench
cd "$root"
exec python3 scripts/bench_peers.py --programs build/bench/tests "$@"
