#!/usr/bin/env python3
"""An MCP server that answers as the world does, and worse: one mode for each way, on each transport.

peer.py --transport http|stdio|ws --era modern|legacy|both --mode MODE [--host HOST] [--port N] [--cert FILE --key FILE]

Opening a session and listing the tools always go well, but for the modes that are about them; `--mode` is how
tools/call is answered. Says where it listens in a line of JSON on stderr, as the services of the project do.
Nothing but the standard library: it writes bytes that no HTTP library would.
"""
import argparse
import asyncio
import base64
import gzip
import hashlib
import itertools
import json
import ssl
import sys

MODERN = "2026-07-28"
LEGACY = ["2025-06-18", "2025-03-26"]  # not the newest: the client must come down

TOOLS = [
    {"name": "echo", "inputSchema": {
        "type": "object", "required": ["text"], "additionalProperties": False,
        "properties": {"text": {"type": "string"}, "times": {"type": "integer", "minimum": 1, "maximum": 9}}}},
    {"name": "regional", "inputSchema": {
        "type": "object",
        "properties": {"region": {"type": "string", "x-mcp-header": "Region"},
                       "options": {"type": "object", "properties": {
                           "limit": {"type": "integer", "x-mcp-header": "Limit"}}}}}},
]

PROMPTS = [{"name": "greet", "arguments": [{"name": "who", "required": True}, {"name": "tone"}]}]


class Rules:
    """What a well-behaved server of these eras answers."""

    def __init__(self, options):
        self.modern = options.era in ("modern", "both")
        self.legacy = options.era in ("legacy", "both")
        self.mode = options.mode

    def error(self, message, code, text, data=None):
        error = {"code": code, "message": text}
        if data is not None:
            error["data"] = data
        return {"jsonrpc": "2.0", "id": message.get("id"), "error": error}

    def result(self, message, result, modern):
        if modern:
            result = {"resultType": "complete", **result}
        return {"jsonrpc": "2.0", "id": message["id"], "result": result}

    def answer(self, message):
        """None for what gets no answer."""
        if "method" not in message or "id" not in message:
            return None
        method, params = message["method"], message.get("params", {})
        version = params.get("_meta", {}).get("io.modelcontextprotocol/protocolVersion")
        if version is not None and self.modern:
            if version != MODERN:
                return self.error(message, -32022, "unsupported", {"supported": [MODERN], "requested": version})
            if method == "server/discover":
                return self.result(message, {"supportedVersions": [MODERN] + (LEGACY if self.legacy else []),
                                             "capabilities": {"tools": {}}}, True)
        elif version is not None and self.mode == "names_versions":
            return self.error(message, -32022, "unsupported", {"supported": LEGACY, "requested": version})
        elif version is not None and self.mode == "from_the_future":
            return self.error(message, -32022, "unsupported", {"supported": ["2031-01-01"], "requested": version})
        elif self.legacy:
            if method == "initialize":
                asked = params.get("protocolVersion")
                return self.result(message, {"protocolVersion": asked if asked in LEGACY else LEGACY[0],
                                             "capabilities": {"tools": {}},
                                             "serverInfo": {"name": "peer", "version": "1"}}, False)
            if method == "ping":
                return self.result(message, {}, False)
        else:
            return self.error(message, -32602, "_meta is missing")
        if method == "tools/list":
            if self.mode == "list_without_end":
                return self.result(message, {"tools": TOOLS, "nextCursor": params.get("cursor", "") + "x"}, self.modern)
            if params.get("cursor") == "second":
                return self.result(message, {"tools": TOOLS[1:]}, self.modern)
            return self.result(message, {"tools": TOOLS[:1], "nextCursor": "second"}, self.modern)
        if method == "tools/call":
            text = json.dumps(params.get("arguments", {}))
            return self.result(message, {"content": [{"type": "text", "text": text}]}, self.modern)
        if self.mode != "tools_only":
            answer = self.prompts_and_resources(message, method, params)
            if answer is not None:
                return answer
        return self.error(message, -32601, "no such method")

    def prompts_and_resources(self, message, method, params):
        if method == "prompts/list":
            return self.result(message, {"prompts": PROMPTS}, self.modern)
        if method == "prompts/get":
            arguments = params.get("arguments", {})
            if params.get("name") != "greet" or not all(isinstance(value, str) for value in arguments.values()):
                return self.error(message, -32602, "no such prompt, or an argument that is no text")
            text = {"role": "user", "content": {"type": "text", "text": "Greet " + arguments.get("who", "?")}}
            return self.result(message, {"messages": [text]}, self.modern)
        if method == "resources/list":
            return self.result(message, {"resources": [{"name": "a", "uri": "file:///a"}]}, self.modern)
        if method == "resources/templates/list":
            template = {"name": "row", "uriTemplate": "table:///{name}/rows"}
            return self.result(message, {"resourceTemplates": [template]}, self.modern)
        if method == "resources/read":
            uri = params.get("uri", "")
            if uri == "file:///gone":
                return self.error(message, -32002, "resource not found")
            if uri == "file:///odd":
                return self.result(message, {"content": []}, self.modern)
            return self.result(message, {"contents": [{"uri": uri, "text": "x"}]}, self.modern)
        return None


class Http:
    def __init__(self, options, rules):
        self.options, self.rules = options, rules
        self.sessions, self.calls = {}, 0
        self.replied = {}  # id of a request of ours -> asyncio.Event
        self.numbers = itertools.count(1)

    async def serve(self, reader, writer):
        try:
            while await self.exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def head(self, status, fields, length=None):
        lines = [f"HTTP/1.1 {status} Whatever"] + [f"{name}: {value}" for name, value in fields.items()]
        if length is not None:
            lines.append(f"Content-Length: {length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def whole(self, status, body, fields=None, kind="application/json"):
        fields = {"Content-Type": kind, **(fields or {})}
        return self.head(status, fields, len(body)) + body

    async def exchange(self, reader, writer):
        first = await reader.readexactly(1)
        if first == b"\x16":  # somebody wants TLS
            writer.write(self.whole(400, b"The plain HTTP request was not one", kind="text/plain"))
            return False
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        if head.startswith("DELETE "):
            return await self.end_session(fields, writer)
        message = json.loads(body)
        extra = {}
        if "method" not in message:  # a response to a request of ours
            event = self.replied.get(message.get("id"))
            if event is not None and ("result" in message or message["error"]["code"] == -32601):
                event.set()
            writer.write(self.head(202, {}, 0))
            return True
        mode = self.rules.mode
        method = message["method"]
        if self.is_modern(mode, fields, method) and not self.names_agree(fields, message):
            error = self.rules.error(message, -32020, "Mcp-Method or Mcp-Name is not what the body says")
            writer.write(self.whole(400, json.dumps(error).encode()))
            await writer.drain()
            return True
        refusal = self.refuse_opening(mode, fields, method)
        if refusal is not None:
            writer.write(refusal)
            await writer.drain()
            return True
        if self.rules.legacy and method == "initialize" and "_meta" not in message.get("params", {}):
            session = f"session-{next(self.numbers)}"
            self.sessions[session] = 0
            extra["Mcp-Session-Id"] = session
        elif self.rules.legacy and not self.is_modern(mode, fields, method):
            session = fields.get("mcp-session-id")
            if session not in self.sessions:
                # Some say so with 400, and before looking at the method.
                status = 404 if session else 400
                writer.write(self.whole(status, b'{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no valid session"}}'))
                await writer.drain()
                return True
            if method == "tools/call":
                self.sessions[session] += 1
                if mode in ("expires", "expires_with_400") and self.sessions[session] > 5:
                    if self.sessions[session] > 8:
                        del self.sessions[session]
                    status = 404 if mode == "expires" else 400
                    writer.write(self.whole(status, b'{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}'))
                    await writer.drain()
                    return True
        if "id" not in message:
            writer.write(self.head(202, {}, 0))
            await writer.drain()
            return True
        if method == "tools/call":
            self.calls += 1
            return await self.call(mode, message, fields, writer)
        answer = self.rules.answer(message)
        status = 200
        if "error" in answer:
            status = 404 if answer["error"]["code"] == -32601 else 400
        if mode == "opens_by_stream" and method == "initialize":
            # The answer is there long before its stream ends.
            writer.write(self.head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked", **extra}))
            writer.write(self.chunk(b"data: " + json.dumps(answer).encode() + b"\n\n"))
            await writer.drain()
            await asyncio.sleep(0.5)
            writer.write(b"0\r\n\r\n")
        else:
            writer.write(self.whole(status, json.dumps(answer).encode(), extra))
        await writer.drain()
        return True

    async def end_session(self, fields, writer):
        session = fields.get("mcp-session-id", "none")
        known = self.sessions.pop(session, None) is not None
        print(json.dumps({"event": "ended", "session": session, "known": known,
                          "version": fields.get("mcp-protocol-version")}), file=sys.stderr, flush=True)
        if self.rules.mode == "never_ends_sessions":
            await asyncio.sleep(60)
        elif self.rules.mode == "ends_no_session":
            writer.write(self.whole(405, b"", {"Allow": "POST"}, "text/plain"))
        else:
            writer.write(self.head(204 if known else 404, {}, None if known else 0))
        await writer.drain()
        return True

    def is_modern(self, mode, fields, method):
        """Whether the request needs no session."""
        if mode in ("names_versions", "from_the_future"):
            return method == "server/discover"
        return self.rules.modern and fields.get("mcp-protocol-version") == MODERN

    @staticmethod
    def names_agree(fields, message):
        """2026-07-28: what the headers repeat of the body."""
        params = message.get("params", {})
        key = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}.get(message["method"])
        name = fields.get("mcp-name")
        if name is not None and name.startswith("=?base64?") and name.endswith("?="):
            name = base64.b64decode(name[9:-2]).decode()
        return fields.get("mcp-method") == message["method"] and name == (params[key] if key else None)

    def refuse_opening(self, mode, fields, method):
        if mode == "unauthorized" and fields.get("authorization") != "Bearer let-me-in":
            return self.whole(401, b"who are you?", {"WWW-Authenticate": 'Bearer realm="peer"'}, "text/plain")
        if mode == "forbidden":
            return self.whole(403, b"no", kind="text/plain")
        if mode == "elsewhere":
            return self.head(307, {"Location": "https://example.org/other"}, 0)
        if mode == "legacy_405" and method == "server/discover":
            return self.whole(405, b"", kind="text/plain")
        if mode == "legacy_500" and method == "server/discover":
            return self.whole(500, b"Traceback (most recent call last)", kind="text/plain")
        return None

    @staticmethod
    def chunk(data, extension=b""):
        return b"%x%s\r\n%s\r\n" % (len(data), extension, data)

    async def stream(self, writer, parts, end=True):
        writer.write(self.head(200, {"Content-Type": "text/event-stream; charset=utf-8", "Transfer-Encoding": "chunked"}))
        for part in parts:
            writer.write(self.chunk(part))
            await writer.drain()
        if end:
            writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def call(self, mode, message, fields, writer):
        good = self.rules.answer(message)
        text = json.dumps(good).encode()
        data = b"data: " + text + b"\n\n"
        if mode == "mirrors":
            arguments = message["params"]["arguments"]
            wanted = {"mcp-param-region": arguments["region"], "mcp-param-limit": str(arguments["options"]["limit"])}
            if any(fields.get(name) != value for name, value in wanted.items()):
                text = json.dumps(self.rules.error(message, -32020, "header mismatch")).encode()
            writer.write(self.whole(200, text))
        elif mode == "sse":
            await self.stream(writer, [data])
        elif mode == "sse_primed":
            await self.stream(writer, [b"id: 1\ndata:\n\n", b": a comment\n\nretry: 3000\n\n", b"id: 2\nevent: message\n" + data])
        elif mode == "sse_crlf":
            await self.stream(writer, [b"id: 1\r\ndata: \r\n\r", b"\n: x\r\n\r\n", data.replace(b"\n", b"\r\n")])
        elif mode == "sse_cr":
            await self.stream(writer, [b"id: 1\rdata:\r\r", data.replace(b"\n", b"\r")])
        elif mode == "sse_lines":
            # One message over several data lines.
            await self.stream(writer, [b"data: " + text.replace(b", ", b",\ndata: ", 1) + b"\n\n"])
        elif mode == "sse_by_close":
            writer.write(self.head(200, {"Content-Type": "text/event-stream", "Connection": "close"}) + data)
            await writer.drain()
            return False
        elif mode == "sse_notifications":
            note = b'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}\n\n'
            await self.stream(writer, [note, note, data])
        elif mode == "sse_asks":
            asked = []
            parts = []
            for method in ("ping", "sampling/createMessage"):
                number = f"peer-{next(self.numbers)}"
                self.replied[number] = asyncio.Event()
                asked.append(number)
                parts.append(b"data: " + json.dumps({"jsonrpc": "2.0", "id": number, "method": method}).encode() + b"\n\n")
            await self.stream(writer, parts, end=False)
            for number in asked:
                await self.replied[number].wait()
                del self.replied[number]
            writer.write(self.chunk(data) + b"0\r\n\r\n")
        elif mode == "sse_never_ends":
            await self.stream(writer, [data], end=False)
            while True:
                writer.write(self.chunk(b": still here\n\n"))
                await writer.drain()
                await asyncio.sleep(0.2)
        elif mode == "sse_no_answer":
            await self.stream(writer, [b"id: 1\ndata:\n\n"])
        elif mode == "sse_cut":
            await self.stream(writer, [b"data: {\"jsonrpc\""], end=False)
            return False
        elif mode == "sse_large":
            await self.stream(writer, [b"data: " + b"x" * (1 << 20)] + [b"x" * (1 << 20)] * 5 + [b"\n\n"])
        elif mode == "chunked":
            writer.write(self.head(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked", "Trailer": "Server-Timing"}))
            for i in range(0, len(text), 7):
                writer.write(self.chunk(text[i:i + 7], b';name="value";x'))
                await writer.drain()
            writer.write(b"0;last=1\r\nServer-Timing: total;dur=1\r\n\r\n")
        elif mode == "gzip":
            writer.write(self.whole(200, gzip.compress(text), {"Content-Encoding": "gzip"}))
        elif mode == "accepted":
            writer.write(self.head(202, {}, 0))
        elif mode == "redirect":
            writer.write(self.head(308, {"Location": "http://example.org/<script>alert(1)</script>"}, 0))
        elif mode == "call_401":
            writer.write(self.whole(401, b"the token is too old", kind="text/plain"))
        elif mode == "call_405":
            writer.write(self.whole(405, b"", {"Allow": "GET"}, "text/plain"))
        elif mode == "call_404":
            writer.write(self.whole(404, b"<html>not here</html>", kind="text/html"))
        elif mode == "call_500":
            writer.write(self.whole(500, b"boom", kind="text/plain"))
        elif mode == "rate_limited":
            if self.calls % 3 == 0:
                writer.write(self.whole(429, b"slow down", {"Retry-After": "1"}, "text/plain"))
            else:
                writer.write(self.whole(200, text))
        elif mode == "unavailable":
            writer.write(self.whole(503, b"", {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "text/plain"))
        elif mode == "cut":
            writer.write(self.head(200, {"Content-Type": "application/json"}, len(text)) + text[:10])
            await writer.drain()
            return False
        elif mode == "cut_head":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
            await writer.drain()
            return False
        elif mode == "resets":
            writer.transport.abort()
            return False
        elif mode == "hangs_up":
            return False
        elif mode == "other_id":
            writer.write(self.whole(200, json.dumps({**good, "id": 7}).encode()))
        elif mode == "text_id":
            writer.write(self.whole(200, json.dumps({**good, "id": str(message["id"])}).encode()))
        elif mode == "null_id":
            error = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "what?"}}
            writer.write(self.whole(400, json.dumps(error).encode()))
        elif mode == "batch":
            writer.write(self.whole(200, b"[" + text + b"]"))
        elif mode == "bytewise":
            for byte in self.whole(200, text):
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0)
        elif mode == "silent":
            await asyncio.sleep(3600)
        elif mode == "not_utf8":
            writer.write(self.whole(200, text.replace(b'"text"', b'"te\xff\xfet"', 1)))
        elif mode == "not_json":
            writer.write(self.whole(200, b"{\"jsonrpc\":\"2.0\",\"id\":"))
        elif mode == "html":
            writer.write(self.whole(200, b"<html><body>It works!</body></html>", kind="text/html"))
        elif mode == "endless":
            writer.write(self.head(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}))
            while True:
                writer.write(self.chunk(b" " * 65536))
                await writer.drain()
        elif mode == "large_head":
            writer.write(b"HTTP/1.1 200 OK\r\nX-Large: " + b"x" * 100000 + b"\r\n\r\n")
        elif mode == "no_http":
            writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n")
        elif mode == "early_hints":
            writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + self.whole(200, text))
        elif mode == "twice":
            writer.write(self.whole(200, text) * 2)
        elif mode == "rpc_error":
            writer.write(self.whole(200, json.dumps(self.rules.error(message, -32603, "out of <b>luck</b>\n")).encode()))
        elif mode == "input_required":
            writer.write(self.whole(200, json.dumps({**good, "result": {"resultType": "input_required"}}).encode()))
        elif mode == "tool_error":
            good["result"]["isError"] = True
            writer.write(self.whole(200, json.dumps(good).encode()))
        else:
            writer.write(self.whole(200, text))
        await writer.drain()
        return True


class Stream:
    """stdio and ws: messages in, messages out, whatever carries them."""

    def __init__(self, rules, send):
        self.rules, self.send = rules, send  # send(bytes): one message
        self.held, self.waiting, self.numbers = [], {}, itertools.count(1)

    def take(self, text):
        """False: the conversation is to be ended."""
        message = json.loads(text)
        mode = self.rules.mode
        if "method" not in message:
            held = self.waiting.pop(message.get("id"), None)
            if held is not None and (message.get("result") == {} or message["error"]["code"] == -32601):
                self.send(held)
            return True
        if mode == "silent_at_first" and message["method"] == "server/discover":
            return True
        if mode == "hangs_up_at_first" and message["method"] == "server/discover":
            return False
        answer = self.rules.answer(message)
        if answer is None:
            return True
        data = json.dumps(answer).encode()
        if message["method"] != "tools/call":
            self.send(data)
            return True
        return self.call(mode, message, answer, data)

    def call(self, mode, message, answer, data):
        if mode == "rubbish":
            for line in (b"Server running on stdio", b"{not json", b"[1, 2]", b"null", b"\xff\xfe", b'"text"'):
                self.send(line)
        if mode == "stray":
            self.send(json.dumps({**answer, "id": 1}).encode())
            self.send(json.dumps({**answer, "id": str(message["id"])}).encode())
            self.send(b'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}')
            self.send(b'{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}')
        if mode == "asks":
            number = next(self.numbers)
            self.waiting[number] = data
            self.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": "ping" if number % 2 else "roots/list"}).encode())
        elif mode == "out_of_order":
            self.held.append(data)
            if len(self.held) == 4:
                for one in reversed(self.held):
                    self.send(one)
                self.held.clear()
        elif mode == "string_ids":
            self.send(json.dumps({**answer, "id": str(message["id"])}).encode())
        elif mode == "batch":
            self.send(b"[" + data + b"]")
        elif mode == "long":
            self.send(b"x" * (5 << 20))
        elif mode == "dies":
            return False
        elif mode != "silent":
            self.send(data)
            if mode == "twice":
                self.send(data)
        return True


def serve_stdio(options, rules):
    out = sys.stdout.buffer

    def send(data):
        if options.mode == "bytewise":
            for byte in data + b"\n":
                out.write(bytes([byte]))
                out.flush()
            return
        out.write(data + (b"\r\n" if options.mode == "crlf" else b"\n"))
        out.flush()

    if options.mode == "banner":
        for line in (b"Peer 1.0", b"listening on stdio", b""):
            send(line)
    stream = Stream(rules, send)
    for line in sys.stdin.buffer:
        if options.mode == "logs":
            print("a line of log on stderr", file=sys.stderr, flush=True)
        if not stream.take(line):
            return


class WebSocket:
    def __init__(self, options, rules):
        self.options, self.rules, self.writers = options, rules, []

    async def serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])}
            if self.options.mode == "unauthorized" and fields.get("authorization") != "Bearer let-me-in":
                writer.write(b"HTTP/1.1 401 No\r\nContent-Length: 3\r\n\r\nno!")
                return
            key = fields["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
            accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
            writer.write(("HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept +
                          "\r\nSec-WebSocket-Protocol: mcp\r\n\r\n").encode())
            self.writers.append(writer)
            stream = Stream(self.rules, lambda data: self.send(writer, data))
            while True:
                text = await self.read(reader)
                if text is None or not stream.take(text):
                    return
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            if writer in self.writers:
                self.writers.remove(writer)
            writer.close()

    def send(self, writer, data):
        # A bridge in use sends every answer to all of its clients.
        for one in self.writers if self.options.mode == "broadcast" else [writer]:
            size = len(data)
            length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big") if size < 65536 else b"\x7f" + size.to_bytes(8, "big")
            one.write(b"\x81" + length + data)

    @staticmethod
    async def read(reader):
        while True:
            first, second = await reader.readexactly(2)
            size = second & 127
            if size > 125:
                size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
            mask = await reader.readexactly(4)
            data = await reader.readexactly(size)
            if first & 15 == 8:
                return None
            if first & 15 == 1:
                return bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


async def serve_sockets(options, rules):
    tls = None
    if options.cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.cert, options.key)
    handler = WebSocket(options, rules) if options.transport == "ws" else Http(options, rules)
    server = await asyncio.start_server(handler.serve, options.host, options.port, ssl=tls, limit=1 << 24)
    port = server.sockets[0].getsockname()[1]
    host = f"[{options.host}]" if ":" in options.host else options.host
    scheme = options.transport + ("s" if tls else "")
    print(json.dumps({"event": "ready", "listen": [f"{scheme}://{host}:{port}/mcp"]}), file=sys.stderr, flush=True)
    async with server:
        await server.serve_forever()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--transport", choices=["http", "stdio", "ws"], default="http")
    parser.add_argument("--era", choices=["modern", "legacy", "both"], default="both")
    parser.add_argument("--mode", default="good")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--cert")
    parser.add_argument("--key")
    options = parser.parse_args()
    rules = Rules(options)
    if options.transport == "stdio":
        serve_stdio(options, rules)
    else:
        asyncio.run(serve_sockets(options, rules))


if __name__ == "__main__":
    main()
