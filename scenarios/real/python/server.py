"""A tool server as its author would write it: the official MCP SDK over Streamable HTTP. It searches a catalogue.

    python server.py PORT

Tracing costs what is loaded: without an SDK the API below does nothing. What sets one up is outside of this file,

    opentelemetry-instrument python server.py PORT
"""

import json
import sys

from mcp.server import MCPServer
from opentelemetry import trace

tracer = trace.get_tracer("catalogue")
materials = ("steel", "brass", "oak", "glass")
catalogue = [{"id": i, "name": f"part {i} of {materials[i % 4]}", "price": i * 37 % 1000} for i in range(500)]
server = MCPServer("catalogue")


# The MCP SDK has a span for each call of a tool; this one is for the work within.
def find(query: str) -> list[dict]:
    with tracer.start_as_current_span("search") as span:
        found = [part for part in catalogue if query in part["name"]][:10]
        span.set_attribute("catalogue.found", len(found))
        return found


@server.tool()
def lookup(query: str) -> str:
    """Finds parts by name."""
    return json.dumps(find(query))


if __name__ == "__main__":
    server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]), json_response=True)
