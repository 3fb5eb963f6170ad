#!/usr/bin/env bash
# Did a change make a hot path slower? Builds the micro benchmarks of two commits (preset bench, which is release, in
# worktrees of a temporary folder that goes away afterwards), runs them in turn and says which benchmarks changed.
#   scripts/compare_micro.sh REV_A REV_B [--filter REGEX] [--rounds N] [--margin PERCENT]
#     --filter REGEX    only benchmarks in whose name it is found, e.g. '^session/read_' (default: all, which takes half
#                       an hour besides the builds)
#     --rounds N        times that each side is run, at least 4 (default 10)
#     --margin PERCENT  what counts as no change: two builds of the same code differ by up to 4 % (default 5)
# Exit code 0: no benchmark is slower; 1: some are; 2: wrong usage; 4: it does not build or run.
set -euo pipefail

exec python3 "$(dirname "${BASH_SOURCE[0]}")/compare_micro.py" "$@"
