"""An MCP server (modern era, HTTP) with the official Python SDK: what it samples and where it exports is what the OTEL_*
variables say that the harness gives to a program of the user's.

    python mcp_server.py PORT

STUBBORN=1: it does not follow its caller, a mistake to be found. LEAK=text: stands in an attribute.
"""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

provider = TracerProvider(sampler=TraceIdRatioBased(0.5)) if os.environ.get("STUBBORN") else TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = provider.get_tracer("mcp-server")
propagator = TraceContextTextMapPropagator()


def result_of(message):
    if message["method"] == "tools/list":
        tools = [{"name": "lookup", "inputSchema": {"type": "object"}}]
        return {"resultType": "complete", "tools": tools, "ttlMs": 60_000, "cacheScope": "public"}
    context = propagator.extract(message["params"].get("_meta", {}))
    name = message["params"]["name"]
    with tracer.start_as_current_span(f"tools/call {name}", context, trace.SpanKind.SERVER) as span:
        span.set_attribute("gen_ai.tool.name", name)
        if "LEAK" in os.environ:
            span.set_attribute("note", "asked with " + os.environ["LEAK"])
        with tracer.start_as_current_span("query"):
            pass
    return {"resultType": "complete", "content": [{"type": "text", "text": "found"}], "isError": False}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one segment

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result_of(message)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def stop(*_):
    provider.shutdown()
    os._exit(0)


signal.signal(signal.SIGTERM, stop)
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
