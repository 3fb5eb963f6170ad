"""A server of the official Python SDK: server.py stdio, or server.py http PORT."""
import sys

from mcp.server import MCPServer

server = MCPServer('official')


@server.tool()
def add(a: int, b: int) -> int:
    """Adds."""
    return a + b


if sys.argv[1] == 'stdio':
    server.run('stdio')
else:
    server.run('streamable-http', host='127.0.0.1', port=int(sys.argv[2]))
