#!/usr/bin/env bash
# Installs what tracetax needs to build and test on Debian 12 or 13. Safe to run again: it installs only what is missing.
#   scripts/setup.sh            build and test packages, Node.js and npm among them (they bundle the script of the HTML report)
#   scripts/setup.sh --peers    also what the tests against other people's programs need (Chromium, venv for Python, zsh
#                               and the readers of manual pages)
#   scripts/setup.sh --bench    also the load generators that scripts/bench_peers.sh holds ours against
#   scripts/setup.sh --deploy   also what scripts/check_deployment.sh asks: promtool (its package runs a Prometheus where systemd
#                               is; `systemctl disable --now prometheus` ends it), PyYAML and venv for Python
#   scripts/setup.sh --lint     also clang-tidy 19, and clang-format 14 where the distribution has it (Debian 12)
#
# Debian 12 carries opentelemetry-cpp in bookworm-backports. Where no apt source offers it, that suite is added beside
# the machine's own source of the main suite, with the same URIs, keys and options, so that a mirror or a snapshot set
# up by the machine's owner stays in use. Nothing but a shell, awk and apt is taken for granted.
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 4; }

with_peers=no with_bench=no with_deploy=no with_lint=no
for argument in "$@"; do
  case "$argument" in
    --peers) with_peers=yes ;;
    --bench) with_bench=yes ;;
    --deploy) with_deploy=yes ;;
    --lint) with_lint=yes ;;
    *) say "unknown argument: $argument"; say "hint: scripts/setup.sh [--peers] [--bench] [--deploy] [--lint]"; exit 2 ;;
  esac
done

command -v apt-get >/dev/null || die "apt-get is not here; tracetax is built for Debian 12 and 13. This script names the packages it needs."
# shellcheck disable=SC1091
. /etc/os-release

packages=(
  build-essential ca-certificates ccache cmake git ninja-build pkg-config python3
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc
  libyaml-cpp-dev nlohmann-json3-dev libsimdjson-dev libcli11-dev libspdlog-dev libfmt-dev
  zlib1g-dev libssl-dev libcurl4-openssl-dev libre2-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  opentelemetry-cpp-dev libopentelemetry-proto-dev
)
case "${VERSION_CODENAME:-}" in
  # The default Boost of Debian 12 is 1.74, which lacks what the transports use.
  bookworm)
    packages+=(libboost1.81-dev libboost-filesystem1.81-dev libboost-system1.81-dev)
    if [ "$with_lint" = yes ]; then packages+=(clang-format-14); fi
    ;;
  *) packages+=(libboost-dev libboost-filesystem-dev libboost-system-dev) ;;
esac
if [ "$with_lint" = yes ]; then packages+=(clang-tidy-19); fi
# Node.js 18 or newer. A machine that has one keeps it.
if ! command -v npm >/dev/null; then packages+=(nodejs npm); fi
if [ "$with_peers" = yes ]; then packages+=(python3-venv zsh man-db mandoc); fi
if [ "$with_peers" = yes ] && ! command -v chromium >/dev/null; then packages+=(chromium); fi
if [ "$with_bench" = yes ]; then packages+=(wrk nghttp2-client hey apache2-utils util-linux); fi
if [ "$with_deploy" = yes ]; then packages+=(prometheus python3-yaml python3-venv); fi

missing=()
for package in "${packages[@]}"; do
  case "$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null || true)" in
    ?i*) ;;
    *) missing+=("$package") ;;
  esac
done
if [ "${#missing[@]}" = 0 ]; then
  say "nothing to install"
  exit 0
fi
say "to install: ${missing[*]}"

# `env` because sudo does not hand the variable on.
as_root=(env DEBIAN_FRONTEND=noninteractive)
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || die "not root, and sudo is not here: run scripts/setup.sh as root once"
  as_root=(sudo "${as_root[@]}")
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# One broken source of somebody else's must not stop us: what is really missing, the installation says.
update() { "${as_root[@]}" apt-get update -qq >"$log" 2>&1 || say "apt-get update had errors, going on: $(grep -m1 '^E:' "$log" || true)"; }

offered() { LC_ALL=C apt-cache policy "$1" | grep -q '^ *Candidate: [^(]'; }

# The machine's own source of Debian's suite $1 as "FILE:N": line N of a one-line file, stanza N of a .sources file.
source_of() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(SOURCESENTRY)' 'Created-By: Packages' 'Origin: Debian' "Codename: $1" 'Component: main' | sed -n 1p
}

# Writes the source of suite $1 again for suite $2, on stdout; everything else about it is kept as it is.
restate_source() {
  local entry file
  entry=$(source_of "$1")
  [ -n "$entry" ] || die "no apt source of Debian's suite $1 was found, so $2 cannot be added beside it; add it yourself and run again"
  file=${entry%:*}
  if [[ $file == *.sources ]]; then
    awk -v suite="$1" -v wanted="$2" '
      BEGIN { RS = ""; FS = "\n" }
      {
        ours = 0
        for (i = 1; i <= NF; i++)
          if (tolower($i) ~ /^suites:/ && index(tolower($i) " ", " " suite " ")) ours = 1
        if (!ours) next
        for (i = 1; i <= NF; i++) {
          if ($i ~ /^#/) continue
          if ($i ~ /^[ \t]/) { if (!replaced) print $i; continue }
          replaced = 1
          key = tolower($i)
          if (key ~ /^types:/) print "Types: deb"
          else if (key ~ /^suites:/) print "Suites: " wanted
          else if (key ~ /^components:/) print "Components: main"
          else { replaced = 0; print $i }
        }
        exit
      }' "$file"
  else
    awk -v line="${entry##*:}" -v suite="$1" -v wanted="$2" '
      NR == line {
        for (i = 1; i <= NF && $i != suite; i++) printf "%s ", $i
        print wanted " main"
      }' "$file"
  fi
}

update
if [ "${VERSION_CODENAME:-}" = bookworm ] && ! offered opentelemetry-cpp-dev; then
  source=$(restate_source bookworm bookworm-backports)
  case "$source" in deb*) form=list ;; *) form=sources ;; esac
  say "adding the suite bookworm-backports beside the machine's own source of bookworm"
  printf '%s\n' "$source" | "${as_root[@]}" tee "/etc/apt/sources.list.d/tracetax-backports.$form" >/dev/null
  update
fi

if ! "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  die "apt-get install failed; the lines above say which package"
fi
say "installed: ${missing[*]}"
