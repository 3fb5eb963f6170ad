#!/usr/bin/env bash
# How cost grows: the generator over rate, sessions and payload, and what tracing costs over spans per call, payload and
# arms. Writes docs/growth.md with a plot of each beside it (docs/growth-*.svg). Some 10 minutes; not a test.
#   scripts/growth.sh [--seconds S]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh"
"$root/scripts/build.sh" bench
cd "$root"
ulimit -n "$(ulimit -Hn)"
exec python3 scripts/growth.py --build build/bench "$@"
