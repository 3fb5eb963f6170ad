#!/usr/bin/env bash
# The servers of scenarios/real with the packages that they need, outside of the tree: installs what is not there yet.
#   scripts/install_real.sh [node|python]         installs (both unless one is named), prints the folders
#   scripts/install_real.sh --path node|python    prints the folder and installs nothing; exit code 1 when it is not there
# They go to $TRACETAX_CACHE (default ~/.cache/tracetax)/real/NAME-HASH, in the versions that package-lock.json and
# requirements.txt fix. The hash is of all files in the server's folder, so a server that was changed is installed anew. Needs
# Node.js 20 with npm, Python 3.10 or newer with venv, and a network from which they can load packages (250 MB).
# Exit codes: 2 wrong usage, 4 something could not be installed.
set -euo pipefail

say() { printf 'install_real: %s\n' "$*" >&2; }
die() { say "$*"; exit 4; }
usage() {
  say "$1"
  say "hint: scripts/install_real.sh [node|python], or --path node|python"
  exit 2
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${TRACETAX_CACHE:-${HOME:?}/.cache/tracetax}/real

folder_of() {
  local name=$1 files
  files=$(cd "$root/scenarios/real/$name" && find . -type f -not -path '*/__pycache__/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
  printf '%s/%s-%s\n' "$cache" "$name" "$(sha256sum <<<"$files" | cut -c1-12)"
}

install_node() {
  command -v npm >/dev/null || die "npm is not here; install Node.js 20 or newer"
  (cd "$1" && npm ci --no-audit --no-fund --ignore-scripts)
}

# A virtual environment is made where it stays: its programs have its path in their first lines.
install_python() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || die "Python 3.10 or newer is not here"
  python3 -m venv "$1" || die "the module venv is not here; on Debian it is in python3-venv"
  "$1/bin/pip" install -q --disable-pip-version-check --no-deps -r "$1/requirements.txt"
}

# `installed` is written last: what was stopped half-way is begun anew.
install() {
  local name=$1 folder log
  folder=$(folder_of "$name")
  if [ ! -e "$folder/installed" ]; then
    say "$name: installing to $folder"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp -R "$root/scenarios/real/$name/." "$folder"
    log=$cache/$name.log
    if ! "install_$name" "$folder" >"$log" 2>&1; then
      tail -n 20 "$log" >&2
      die "$name could not be installed; the lines above say why ($log)"
    fi
    touch "$folder/installed"
  fi
  printf '%s\n' "$folder"
}

case "${1:-}" in
  "")
    install node
    install python
    ;;
  node | python)
    install "$1"
    ;;
  --path)
    case "${2:-}" in
      node | python) ;;
      *) usage "--path needs node or python" ;;
    esac
    folder=$(folder_of "$2")
    printf '%s\n' "$folder"
    [ -e "$folder/installed" ]
    ;;
  -h | --help)
    sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    ;;
  *)
    usage "unknown argument: $1"
    ;;
esac
