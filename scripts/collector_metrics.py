"""Which metrics a Collector really has: both tiers of docker/ are run with it on free ports, fed with failing calls until something of
everything has happened (spans received, decided on, given up, turned away for want of room), and read as Prometheus would."""
import http.server
import json
import os
import pathlib
import re
import secrets
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

import yaml

PATIENCE = 90  # seconds; a run takes about eight
# Seen only once it has happened, so the run goes on until it has.
MUST_HAPPEN = {"otelcol_exporter_send_failed_spans_total", "otelcol_exporter_enqueue_failed_spans_total"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Backend(http.server.BaseHTTPRequestHandler):
    """Takes the span metrics in the place of Prometheus, as OTLP in JSON."""

    received = []

    def do_POST(self):
        Backend.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def stored_names(metric):
    """The names that Prometheus stores an OTLP metric under: dots become underscores, the unit is spelled out, counters end in _total
    (OpenTelemetry's specification of the compatibility of both)."""
    units = {"ms": "_milliseconds", "s": "_seconds", "By": "_bytes"}
    name = re.sub(r"[^\w:]", "_", metric["name"]) + units.get(metric.get("unit", ""), "")
    if "histogram" in metric:
        return {name + end for end in ("_bucket", "_count", "_sum")}
    return {name + "_total" if metric.get("sum", {}).get("isMonotonic") else name}


def of_span_metrics():
    return {name for request in list(Backend.received) for resource in request.get("resourceMetrics", [])
            for scope in resource["scopeMetrics"] for metric in scope["metrics"] for name in stored_names(metric)}  # fmt: skip


def scraped(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
    except (urllib.error.URLError, OSError):
        return set()
    return set(re.findall(r"^([a-zA-Z_:][\w:]*)[{ ]", text, re.MULTILINE))


def send_call(port):
    now = time.time_ns()
    span = {"traceId": secrets.token_hex(16), "spanId": secrets.token_hex(8), "name": "stdio.read", "kind": 2,
            "startTimeUnixNano": str(now - 5_000_000), "endTimeUnixNano": str(now), "status": {"code": 2}}  # fmt: skip
    service = {"attributes": [{"key": "service.name", "value": {"stringValue": "mcp-router"}}]}
    body = {"resourceSpans": [{"resource": service, "scopeSpans": [{"spans": [span]}]}]}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/traces", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=5).close()
    except (urllib.error.URLError, OSError):
        pass  # not up yet, or full, which is what is wanted


def elsewhere(root, ports, mute_port):
    """What the tiers' files are changed by: addresses on this machine, and haste."""

    def tier(name, **more):
        file = yaml.safe_load(pathlib.Path(root, f"docker/otel-{name}.yaml").read_text(encoding="utf-8"))
        reader = file["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"]
        reader |= {"host": "127.0.0.1", "port": ports[name, "metrics"]}  # its options decide how metrics are spelled
        return {"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": f"127.0.0.1:{ports[name, 'grpc']}"}}}},
                "extensions": {"health_check": {"endpoint": f"127.0.0.1:{ports[name, 'health']}"}},
                "service": {"telemetry": {"metrics": {"readers": [{"pull": {"exporter": {"prometheus": reader}}}]}}}, **more}  # fmt: skip

    gateway = tier(
        "gateway",
        connectors={"span_metrics": {"metrics_flush_interval": "1s"}},
        exporters={
            "otlp_grpc": {"endpoint": f"127.0.0.1:{ports['processing', 'grpc']}"},
            "otlp_http/prometheus": {"endpoint": f"http://127.0.0.1:{ports['backend']}", "encoding": "json", "compression": "none"},
        },
    )
    gateway["receivers"]["otlp"]["protocols"]["http"] = {"endpoint": f"127.0.0.1:{ports['gateway', 'http']}"}
    gateway["processors"] = {"batch": {"timeout": "50ms"}}
    processing = tier(
        "processing",
        processors={"tail_sampling": {"decision_wait": "1s"}, "batch": {"timeout": "50ms"}},
        exporters={
            # Nobody listens: given up at once. And one that never answers, with room for one batch: the next ones are turned away.
            "otlp_grpc/jaeger": {"endpoint": "127.0.0.1:9", "retry_on_failure": {"enabled": False}},
            "otlp_grpc/tempo": {"endpoint": f"127.0.0.1:{mute_port}", "timeout": "60s",
                                "sending_queue": {"queue_size": 1, "num_consumers": 1}},
        },
    )  # fmt: skip
    return {"gateway": gateway, "processing": processing}


def metrics_of_tiers(root, collector):
    """Names of both tiers together, as Prometheus stores them. RuntimeError with the Collector's last lines when something that must happen
    does not."""
    ports = {(name, use): free_port() for name in ("gateway", "processing") for use in ("grpc", "http", "health", "metrics")}
    backend = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    ports["backend"] = backend.server_address[1]
    threading.Thread(target=backend.serve_forever, daemon=True).start()
    with socket.socket() as mute, tempfile.TemporaryDirectory() as folder:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        processes, logs = [], []
        try:
            for name, change in elsewhere(root, ports, mute.getsockname()[1]).items():
                changed, log = pathlib.Path(folder, name + ".yaml"), pathlib.Path(folder, name + ".log")
                changed.write_text(yaml.safe_dump(change), encoding="utf-8")
                logs.append(log)
                with open(log, "wb") as sink:
                    processes.append(subprocess.Popen(
                        [collector, f"--config={root}/docker/otel-{name}.yaml", f"--config={changed}"],
                        stdout=sink, stderr=sink, env={**os.environ, "DEPLOYMENT_ENVIRONMENT": "check"}))  # fmt: skip
            names, end = set(), time.monotonic() + PATIENCE
            while time.monotonic() < end and all(process.poll() is None for process in processes):
                send_call(ports["gateway", "http"])
                time.sleep(0.1)
                names = scraped(ports["gateway", "metrics"]) | scraped(ports["processing", "metrics"])
                spans = of_span_metrics()
                if MUST_HAPPEN <= names and spans:
                    return names | spans
            last = "\n".join(line for log in logs for line in log.read_text(errors="replace").splitlines()[-3:])
            raise RuntimeError(f"the tiers did not show {sorted(MUST_HAPPEN - names) or 'span metrics'}:\n{last}")
        finally:
            for process in processes:
                process.send_signal(signal.SIGKILL)
                process.wait()
            backend.shutdown()
