#!/usr/bin/env bash
# From a fresh clone to a verdict: installs what is missing, builds the preset `release` and runs a scenario.
#   scripts/run.sh                                 the quickstart
#   scripts/run.sh my.yaml --blocks 12             a scenario of your own; options are those of `tracetax run`
#   scripts/run.sh --quick                         the quickstart with options
# stdout is tracetax's answer, and so is the exit code: 0 within, 1 exceeded, 2 usage or scenario error, 3 inconclusive,
# 4 not valid (also: setting up or building failed), 130 interrupted. Results go to out/ of the working directory.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scenario=$root/scenarios/quickstart.yaml
if [ "$#" -gt 0 ] && [[ $1 != -* ]]; then
  scenario=$1
  shift
fi

"$root/scripts/setup.sh"
"$root/scripts/build.sh" release
exec "$root/build/release/bin/tracetax" run "$scenario" "$@"
