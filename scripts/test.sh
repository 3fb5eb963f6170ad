#!/usr/bin/env bash
# From a fresh clone to a test result: installs what is missing, builds and runs the tests.
#   scripts/test.sh            all of them, in the preset `dev`
#   scripts/test.sh --quick    unit, golden and architecture tests only
#   scripts/test.sh --asan     unit, golden and integration tests with AddressSanitizer and UBSan
# The last lines are ctest's own sum and the total time. Exit code 0: all passed; 4: it could not be set up or built.
# build/<preset>/ctest.xml has the results for a CI in JUnit's format.
set -euo pipefail

usage() { printf 'test: usage: scripts/test.sh [--quick | --asan]\n' >&2; exit 2; }

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ "$#" -le 1 ] || usage
case "${1:-}" in
  "") preset=dev tests=dev setup=(--peers) targets=(all all_verify_interface_header_sets) ;;
  --quick) preset=dev tests=quick setup=() targets=(all all_verify_interface_header_sets) ;;
  --asan) preset=asan tests=asan setup=() targets=(all) ;;
  *) usage ;;
esac

"$root/scripts/setup.sh" "${setup[@]}"
"$root/scripts/build.sh" "$preset" "${targets[@]}"
cd "$root" # presets are looked for in the working directory
folder=$root/build/$preset
status=0
ctest --preset "$tests" --output-log "$folder/ctest.log" --output-junit "$folder/ctest.xml" || status=$?
printf '\n%s\ntest: %d min %02d s in all\n' "$(grep -E 'tests? passed' "$folder/ctest.log" | tail -n 1)" $((SECONDS / 60)) $((SECONDS % 60))
exit "$status"
