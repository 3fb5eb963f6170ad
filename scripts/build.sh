#!/usr/bin/env bash
# Configures and builds a preset into build/<preset>; everything goes to stderr, and on a terminal ninja shows how far it is.
#   scripts/build.sh PRESET [TARGET...]
# Exit code 4 when it does not build; the failing output is shown.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${1:?"usage: scripts/build.sh PRESET [TARGET...]"}
shift
targets=("$@")
[ "${#targets[@]}" = 0 ] && targets=(all)
folder=$root/build/$preset
log=$folder.configure.log
say() { printf 'build: %s\n' "$*" >&2; }

mkdir -p "$root/build"
cd "$root" # presets are looked for in the working directory
if ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  say "configuring the preset $preset failed"
  say "hint: scripts/setup.sh installs what is missing; if this checkout was moved, remove $folder"
  exit 4
fi

[ -e "$folder/.ninja_log" ] || say "first build of the preset $preset; it takes some minutes"
quiet=(--quiet)
[ -t 2 ] && quiet=()
if ! cmake --build "$folder" --target "${targets[@]}" -- "${quiet[@]}" >&2; then
  say "building the preset $preset failed; the lines above say where"
  exit 4
fi
