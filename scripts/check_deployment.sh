#!/usr/bin/env bash
# Are the files of docker/ what the programs that will read them understand? Nothing is started but parsers, and both Collector tiers on
# this machine's own addresses. docs/deployment.md says what that leaves open.
#   scripts/check_deployment.sh                 everything that can be checked here
#   scripts/check_deployment.sh --all           the same, and exit code 3 when something could not be checked
#   scripts/check_deployment.sh --only PART     files, scenarios, collector, metrics, prometheus, compose or kubernetes
# Each line begins with `ok`, `WRONG` or `not checked`, and a line of the last kind says what would be needed. Wanted are: promtool
# (scripts/setup.sh --deploy), a Collector (TRACETAX_COLLECTOR, otherwise scripts/real_collector.sh), Go, Python 3.9 with venv, the
# built tracetax (TRACETAX_BIN_DIR, otherwise build/release/bin or build/dev/bin), Loki (TRACETAX_LOKI), and a network for what is fetched once into
# $TRACETAX_CACHE (default ~/.cache/tracetax). Exit codes: 0 nothing is wrong, 1 something is, 2 wrong usage, 3 with --all.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
docker=$root/docker
cache=${TRACETAX_CACHE:-$HOME/.cache/tracetax}
kubernetes_validate=1.37.0 # has the schemas of Kubernetes 1.37
kustomize=5.7.1
only='' all=no
while [ "$#" -gt 0 ]; do
  case "$1" in
    --all) all=yes ;;
    --only) only=${2:-} && shift ;;
    -h | --help) sed -n '2,/^set /{/^set /!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && exit 0 ;;
    *) only='?' ;;
  esac
  shift || true
done
case "$only" in
  '' | files | scenarios | collector | metrics | prometheus | compose | kubernetes) ;;
  *) printf 'check_deployment: usage: scripts/check_deployment.sh [--all] [--only PART]\n' >&2 && exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0 open=0
say_open() { printf 'not checked: %s\n' "$*"; open=$((open + 1)); }
wanted() { [ -z "$only" ] || [ "$only" = "$1" ]; }

# expect WHAT COMMAND...: says whether the command is content, and shows what it said when it is not.
expect() {
  local what=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    printf 'ok: %s\n' "$what"
  else
    printf 'WRONG: %s\n' "$what"
    sed 's/^/    /' "$work/said"
    wrong=$((wrong + 1))
  fi
}

# kubernetes-validate is no package of Debian 12. It brings PyYAML, so that its Python does for all.
python=$cache/deployment-$kubernetes_validate/bin/python3
if [ ! -x "$python" ] && wanted kubernetes && command -v python3 >/dev/null; then
  mkdir -p "$cache"
  fresh=$(mktemp -d "$cache/deployment.XXXXXX")
  if python3 -m venv "$fresh" >"$work/venv" 2>&1 &&
    "$fresh/bin/python3" -m pip install --quiet --disable-pip-version-check "kubernetes-validate==$kubernetes_validate" >>"$work/venv" 2>&1; then
    # In one step, so that what was stopped half-way is never taken for whole.
    mv -T "$fresh" "$cache/deployment-$kubernetes_validate" 2>/dev/null || rm -rf "$fresh"
  else
    rm -rf "$fresh"
  fi
fi
has_kubernetes_validate=yes
if [ ! -x "$python" ]; then
  has_kubernetes_validate=no
  python=$(command -v python3 || true)
fi
if [ -z "$python" ] || ! "$python" -c 'import yaml' 2>/dev/null; then python=''; fi

collector=${TRACETAX_COLLECTOR:-$("$root/scripts/real_collector.sh" --path || true)}
[ -x "$collector" ] || collector=''

if wanted files; then
  if [ -n "$python" ]; then
    expect "docker/: strict YAML, Grafana's links, the tiers alike in Compose and Kubernetes (PyYAML, own rules)" \
      "$python" "$root/scripts/check_deployment.py" files "$root"
    for file in tempo.yaml grafana/provisioning/datasources/datasources.yaml grafana/provisioning/dashboards/dashboards.yaml; do
      say_open "docker/$file: its keys; it was only parsed as YAML, because no parser of its program is used"
    done
  else
    say_open "YAML and links between files: needs Python with PyYAML (apt-get install python3-yaml)"
  fi
fi

# A service reads its whole configuration (exit code 2 for a mistake) before it listens, which it cannot do here: the address is one of
# those for documents (exit code 4).
reads_its_configuration() {
  "$1" --config "$2" --listen http://192.0.2.1:1/mcp --admin 127.0.0.1:0
  [ "$?" = 4 ]
}
if wanted files; then
  loki=${TRACETAX_LOKI:-$(command -v loki || true)}
  if [ -n "$loki" ]; then
    expect "docker/loki.yaml (loki -verify-config)" "$loki" -verify-config -config.file="$docker/loki.yaml"
  else
    say_open "docker/loki.yaml: its keys, beyond YAML: needs Loki as a program (TRACETAX_LOKI)"
  fi
fi

if wanted scenarios; then
  bin=''
  for folder in "${TRACETAX_BIN_DIR:-}" "$root/build/release/bin" "$root/build/dev/bin"; do
    if [ -z "$bin" ] && [ -n "$folder" ] && [ -x "$folder/tracetax" ]; then bin=$folder; fi
  done
  if [ -n "$bin" ]; then
    for file in "$docker"/scenarios/*.yaml; do expect "${file#"$root/"} (tracetax check)" "$bin/tracetax" check "$file"; done
    # What the Job says after the path of the scenario in the image.
    job_override=$(sed -n 's/^ *- \(arms\..*\)$/\1/p' "$docker/kubernetes/tracetax-job.yaml")
    expect "docker/scenarios/deployed.yaml as the Job changes it (tracetax check --set)" \
      "$bin/tracetax" check "$docker/scenarios/deployed.yaml" --set "$job_override"
    for service in router gateway server; do
      expect "docker/services/$service.yaml (mcp-$service --config)" reads_its_configuration "$bin/mcp-$service" "$docker/services/$service.yaml"
    done
  else
    say_open "docker/scenarios, docker/services: need the built programs (scripts/build.sh)"
  fi
fi

# A Collector that was built without a component cannot say anything about a file that uses it.
collector_file() {
  if "$collector" validate --config "$2" >"$work/validate" 2>&1; then
    printf 'ok: %s (%s validate)\n' "$1" "$("$collector" --version)"
  elif kind=$(grep -o 'unknown type: "[a-z_]*"' "$work/validate" | sed -n '1s/.*"\(.*\)"/\1/p') && [[ " file_log load_balancing " == *" $kind "* ]]; then
    say_open "$1: this Collector has no $kind; TRACETAX_COLLECTOR can name a contrib distribution, which has"
  else
    expect "$1 (Collector validate)" "$collector" validate --config "$2"
  fi
}
if wanted collector; then
  if [ -n "$collector" ] && [ -n "$python" ]; then
    for name in gateway processing logs; do collector_file "docker/otel-$name.yaml" "$docker/otel-$name.yaml"; done
    for name in gateway processing; do
      "$python" "$root/scripts/check_deployment.py" config "$root" "$name" "$work/$name.yaml"
      collector_file "docker/kubernetes/otel-$name.yaml" "$work/$name.yaml"
    done
  else
    say_open "docker/otel-*.yaml: need a Collector (scripts/real_collector.sh builds one, or TRACETAX_COLLECTOR) and PyYAML"
  fi
fi

if wanted metrics; then
  if [ -n "$collector" ] && [ -n "$python" ]; then
    expect "every metric of docker/alerts.yml and the dashboard exists (services' sources, both tiers run)" \
      "$python" "$root/scripts/check_deployment.py" metrics "$root" "$collector"
  else
    say_open "whether the metrics of alerts and dashboard exist: needs a Collector and PyYAML"
  fi
fi

if wanted prometheus; then
  if command -v promtool >/dev/null; then
    version=$(promtool --version 2>&1 | sed -n '1s/,* (.*//p')
    expect "docker/prometheus.yml ($version, check config)" promtool check config "$docker/prometheus.yml"
    expect "docker/alerts.yml ($version, check rules)" promtool check rules --lint-fatal "$docker/alerts.yml"
    expect "docker/alerts_test.yml ($version, test rules)" promtool test rules "$docker/alerts_test.yml"
    if [ -n "$python" ]; then
      "$python" "$root/scripts/check_deployment.py" expressions "$root" "$work/dashboard.yml"
      expect "the dashboard's PromQL ($version, check rules)" promtool check rules "$work/dashboard.yml"
    fi
  else
    say_open "docker/prometheus.yml, docker/alerts.yml, their tests, the dashboard's PromQL: need promtool (scripts/setup.sh --deploy)"
  fi
fi

if wanted compose; then
  loader=$root/tests/arch/deployment/compose
  version=$(awk '$1 ~ /compose-go/ { print $2 } $2 ~ /compose-go/ { print $3 }' "$loader/go.mod")
  if command -v go >/dev/null && (cd "$loader" && nice -n 19 go build -p 1 -buildvcs=false -o "$work/compose-check" .) >"$work/go" 2>&1; then
    expect "docker/compose.yaml (compose-go $version, the loader of Docker Compose)" "$work/compose-check" "$docker/compose.yaml"
  else
    say_open "docker/compose.yaml: needs Go 1.26 and compose-go $version from the module proxy"
  fi
fi

if wanted kubernetes; then
  if [ "$has_kubernetes_validate" = yes ]; then
    for file in "$docker"/kubernetes/*.yaml; do
      [ "${file##*/}" = kustomization.yaml ] && continue
      expect "${file#"$root/"} (kubernetes-validate $kubernetes_validate, strict)" "$python" -m kubernetes_validate --strict "$file"
    done
    builder=$cache/kustomize-$kustomize
    if [ ! -x "$builder" ] && command -v go >/dev/null; then
      GOBIN=$work GOFLAGS='' nice -n 19 go install -p 1 "sigs.k8s.io/kustomize/kustomize/v5@v$kustomize" >"$work/go" 2>&1 && mv "$work/kustomize" "$builder"
    fi
    if [ -x "$builder" ]; then
      expect "docker/kubernetes/kustomization.yaml (kustomize $kustomize, build)" sh -c "'$builder' build '$docker/kubernetes' >'$work/all.yaml'"
      expect "what it makes (kubernetes-validate $kubernetes_validate, strict)" "$python" -m kubernetes_validate --strict "$work/all.yaml"
    else
      say_open "docker/kubernetes/kustomization.yaml: needs Go, and kustomize $kustomize from the module proxy; that its files are there was looked at"
    fi
  else
    say_open "docker/kubernetes: needs the Python package kubernetes-validate $kubernetes_validate, fetched into $cache where pip can"
  fi
fi

if wanted files; then say_open "whether the images can be pulled and start: no container engine is used"; fi
printf 'check_deployment: %d wrong, %d not checked\n' "$wrong" "$open"
if [ "$wrong" -gt 0 ]; then exit 1; fi
if [ "$all" = yes ] && [ "$open" -gt 0 ]; then exit 3; fi
