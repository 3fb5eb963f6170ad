// Official servers of both generations, in this process, on loopback ports of the kernel's choice.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { McpServer as Server1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import { createMcpHandler, McpServer as Server2 } from '@modelcontextprotocol/server';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { z } from 'zod';

function withTools(server, seen) {
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, ({ text }, context) => {
    const meta = context._meta ?? context.mcpReq?._meta;
    seen.traceparents.push(meta?.traceparent);
    return { content: [{ type: 'text', text }] };
  });
  server.registerTool('fail', { inputSchema: z.object({}) }, () => {
    throw new Error('on purpose');
  });
  return server;
}

async function listen(seen, handler) {
  const http = createServer(handler);
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise((resolve) => {
    http.close(resolve);
    http.closeAllConnections();
  });
  return { ...seen, url: `http://127.0.0.1:${http.address().port}/mcp`, close };
}

// Generation 2, modern era only. `responseMode`: 'json' or 'sse'.
export function modern(responseMode) {
  const seen = { traceparents: [] };
  const make = () => withTools(new Server2({ name: 'official', version: '2' }), seen);
  return listen(seen, toNodeHandler(createMcpHandler(make, { legacy: 'reject', responseMode })));
}

// Generation 1 with sessions, answers as event streams or JSON. `unknownSession` is the status for a session it does not
// know: 404 in the specification, 400 in the SDK's own examples.
export async function legacy({ enableJsonResponse = false, unknownSession = 404 } = {}) {
  const seen = { traceparents: [] };
  const sessions = new Map();
  const body = async (request) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    return text === '' ? undefined : JSON.parse(text);
  };
  const running = await listen(seen, async (request, response) => {
    const message = await body(request);
    let transport = sessions.get(request.headers['mcp-session-id']);
    if (!transport && !isInitializeRequest(message)) {
      response.writeHead(unknownSession, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message: 'no such session' } }));
      return;
    }
    if (!transport) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID, enableJsonResponse, onsessioninitialized: (id) => sessions.set(id, transport),
      });
      await withTools(new Server1({ name: 'official', version: '1' }), seen).connect(transport);
    }
    await transport.handleRequest(request, response, message);
  });
  return { ...running, sessions };
}
