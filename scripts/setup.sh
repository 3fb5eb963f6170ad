#!/usr/bin/env bash
# Installs what tracetax needs to build and test on Debian 12 or 13. Safe to run again: it installs only what is missing.
#
# Debian 12 carries opentelemetry-cpp in bookworm-backports. That suite is added beside the machine's own apt
# sources, with the same URIs and keys, so a mirror or a snapshot set up by the machine's owner stays in use.
#   scripts/setup.sh            build and test packages
#   scripts/setup.sh --peers    also what the tests against other people's programs need (Node.js and npm)
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 4; }

with_peers=no
for argument in "$@"; do
  case "$argument" in
    --peers) with_peers=yes ;;
    *) say "unknown argument: $argument"; say "hint: scripts/setup.sh [--peers]"; exit 2 ;;
  esac
done

command -v apt-get >/dev/null || die "apt-get is not here; tracetax is built for Debian 12 and 13. See README.md for the list of libraries."
# shellcheck disable=SC1091
. /etc/os-release
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)

packages=(
  build-essential ca-certificates ccache cmake git ninja-build pkg-config python3
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc
  libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libspdlog-dev libfmt-dev
  zlib1g-dev libssl-dev libcurl4-openssl-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  opentelemetry-cpp-dev libopentelemetry-proto-dev
)
case "${VERSION_CODENAME:-}" in
  bookworm) packages+=(libboost1.81-dev libboost-filesystem1.81-dev libboost-system1.81-dev clang-format-14 clang-tidy-14) ;;
  *)        packages+=(libboost-dev libboost-filesystem-dev libboost-system-dev) ;;
esac
# The tests against the official SDKs need Node.js 18 or newer. A machine that has one keeps it.
if [ "$with_peers" = yes ] && ! command -v npm >/dev/null; then packages+=(nodejs npm); fi

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null || true)
  [ "$state" = "ii " ] || missing+=("$package")
done
if [ "${#missing[@]}" = 0 ]; then
  say "nothing to install"
  exit 0
fi
say "to install: ${missing[*]}"

# Prints "options|URI" of the machine's own source for the main suite, from deb822 and one-line files alike.
own_source() {
  python3 - "$1" <<'PYTHON'
import glob, re, sys
suite = sys.argv[1]
for path in sorted(glob.glob('/etc/apt/sources.list.d/*.sources')):
    for stanza in re.split(r'\n\s*\n', open(path).read()):
        fields = {}
        for line in stanza.splitlines():
            if line.startswith('#') or ':' not in line or line[:1].isspace():
                continue
            key, value = line.split(':', 1)
            fields[key.strip().lower()] = value.strip()
        if suite in fields.get('suites', '').split() and fields.get('enabled', 'yes') != 'no':
            signed = fields.get('signed-by', '')
            print(f"{signed}|{fields['uris'].split()[0]}")
            sys.exit()
for path in ['/etc/apt/sources.list'] + sorted(glob.glob('/etc/apt/sources.list.d/*.list')):
    try:
        lines = open(path).read().splitlines()
    except OSError:
        continue
    for line in lines:
        match = re.match(r'deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s', line)
        if match and match.group(3) == suite:
            signed = re.search(r'signed-by=(\S+)', match.group(1) or '')
            print(f"{signed.group(1) if signed else ''}|{match.group(2)}")
            sys.exit()
PYTHON
}

if [ "${VERSION_CODENAME:-}" = bookworm ]; then
  command -v python3 >/dev/null || { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq python3 >/dev/null; }
  if ! grep -rqsE '(^|[[:space:]])bookworm-backports([[:space:]]|$)' /etc/apt/sources.list /etc/apt/sources.list.d; then
    source=$(own_source bookworm)
    [ -n "$source" ] || die "no apt source for the suite bookworm was found, so bookworm-backports cannot be added beside it"
    signed_by=${source%%|*} uri=${source#*|}
    say "adding the suite bookworm-backports beside the machine's own source"
    {
      printf 'Types: deb\nURIs: %s\nSuites: bookworm-backports\nComponents: main\n' "$uri"
      [ -z "$signed_by" ] || printf 'Signed-By: %s\n' "$signed_by"
    } | "${as_root[@]}" tee /etc/apt/sources.list.d/tracetax-backports.sources >/dev/null
  fi
fi

export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq || die "apt-get update failed; is the network there?"
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
  die "apt-get install failed; the lines above say which package"
say "installed: ${missing[*]}"
