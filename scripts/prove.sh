#!/usr/bin/env bash
# Can the numbers be believed on this machine? Runs many experiments whose truth is known (an arm against its copy, and
# costs that were planted), cuts them into gates of 30 s, 60 s and 5 min, quiet and beside a neighbour that takes a core
# every other second, and writes docs/believability.md with the raw figures beside it. About an hour; not a test.
#   scripts/prove.sh [--rounds N] [--minutes M] [--keep FOLDER]
#     --rounds N     quiet experiments of each phase; a quarter as many beside the neighbour (default 4)
#     --minutes M    length of each (default 5)
#     --keep FOLDER  where the experiments go (default out/prove); those that are there already are not run again, so
#                    that the document can be written anew from them
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh"
"$root/scripts/build.sh" release
cd "$root"
exec python3 scripts/prove.py --tracetax build/release/bin/tracetax "$@"
