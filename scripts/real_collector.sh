#!/usr/bin/env bash
# An OpenTelemetry Collector from its Go modules, for tests/peers/collector: builds it where it is not there yet, and prints its
# path as the only line of stdout. scripts/real_collector.yaml says which components and versions.
#   scripts/real_collector.sh             builds when needed, prints the path
#   scripts/real_collector.sh --path      prints the path and builds nothing; exit code 1 when it is not there
# It goes to $TRACETAX_CACHE (default ~/.cache/tracetax)/otelcol-VERSION. Needs Go 1.26 or newer, a network that lets Go load
# modules, and 2 GB for Go's caches. The first build takes 15 minutes of one core: it is done with one compiler at a time and the
# lowest priority, so that the machine stays usable. Exit codes: 2 wrong usage, 4 it could not be built.
set -euo pipefail

say() { printf 'real_collector: %s\n' "$*" >&2; }
die() { say "$*"; exit 4; }

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
manifest=$root/scripts/real_collector.yaml
version=$(awk '$1 == "version:" { print $2; exit }' "$manifest")
cache=${TRACETAX_CACHE:-$HOME/.cache/tracetax}
binary=$cache/otelcol-$version

case "${1:-}" in
  "") ;;
  --path)
    printf '%s\n' "$binary"
    [ -x "$binary" ]
    exit
    ;;
  -h | --help)
    sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit 0
    ;;
  *)
    say "unknown argument: $1"
    say "hint: scripts/real_collector.sh [--path]"
    exit 2
    ;;
esac

if [ -x "$binary" ]; then
  printf '%s\n' "$binary"
  exit 0
fi
command -v go >/dev/null || die "Go is not here; install Go 1.26 or newer"

mkdir -p "$cache"
work=$(mktemp -d "$cache/otelcol-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
export CGO_ENABLED=0 GOFLAGS=-buildvcs=false
# The builder wants the folder to write to in the manifest.
sed "s|^dist:|dist:\n  output_path: $work|" "$manifest" >"$work/manifest.yaml"

say "otelcol $version: looking up its modules"
nice -n 19 go run -p 1 "go.opentelemetry.io/collector/cmd/builder@v$version" --skip-compilation --config "$work/manifest.yaml" \
  >"$work/builder.log" 2>&1 || { tail -n 20 "$work/builder.log" >&2; die "the modules could not be had; the lines above say why"; }
say "otelcol $version: compiling"
(cd "$work" && nice -n 19 go build -p 1 -trimpath -ldflags=-s -o otelcol .) >"$work/build.log" 2>&1 ||
  { tail -n 20 "$work/build.log" >&2; die "it does not compile; the lines above say why"; }
"$work/otelcol" --version >&2
# In one step: a build that was stopped half-way leaves nothing that looks finished.
mv "$work/otelcol" "$binary"
printf '%s\n' "$binary"
