// A tool server as its author would write it: the official MCP SDK, Express, sessions, Streamable HTTP. It searches a catalogue.
//   node server.mjs PORT
// Tracing costs what is loaded: without an SDK the API below does nothing. What sets one up is outside of this file,
//   node --import @opentelemetry/auto-instrumentations-node/register server.mjs PORT
import { randomUUID } from 'node:crypto';

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import { SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import { z } from 'zod';

const tracer = trace.getTracer('catalogue');

const catalogue = Array.from({ length: 500 }, (_, i) => ({
  id: i,
  name: `part ${i} of ${['steel', 'brass', 'oak', 'glass'][i % 4]}`,
  price: (i * 37) % 1000,
}));

function find(query) {
  return tracer.startActiveSpan('search', (span) => {
    const found = catalogue.filter((part) => part.name.includes(query)).slice(0, 10);
    span.setAttribute('catalogue.found', found.length);
    span.end();
    return found;
  });
}

// A span for each call of a tool, as OpenTelemetry's conventions for MCP name it. The caller's context stands in `_meta`.
function traced(name, work) {
  return (args, extra) => {
    const caller = propagation.extract(context.active(), extra._meta ?? {});
    const attributes = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': name };
    return tracer.startActiveSpan(`tools/call ${name}`, { kind: SpanKind.SERVER, attributes }, caller, async (span) => {
      try {
        return await work(args);
      } catch (error) {
        span.recordException(error);
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  };
}

function newServer() {
  const server = new McpServer({ name: 'catalogue', version: '1.0.0' });
  server.registerTool('lookup', { description: 'Finds parts by name', inputSchema: { query: z.string() } },
    traced('lookup', async ({ query }) => ({ content: [{ type: 'text', text: JSON.stringify(find(query)) }] })));
  return server;
}

const sessions = new Map();

async function handle(request, response) {
  let transport = sessions.get(request.headers['mcp-session-id']);
  if (!transport && isInitializeRequest(request.body)) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true,
      onsessioninitialized: (id) => sessions.set(id, transport),
    });
    transport.onclose = () => sessions.delete(transport.sessionId);
    await newServer().connect(transport);
  }
  if (!transport) {
    const status = request.headers['mcp-session-id'] ? 404 : 400;
    response.status(status).json({ jsonrpc: '2.0', error: { code: -32000, message: 'no such session' }, id: null });
    return;
  }
  await transport.handleRequest(request, response, request.body);
}

const app = createMcpExpressApp();
app.post('/mcp', handle);
app.delete('/mcp', handle);
const http = app.listen(Number(process.argv[2]), '127.0.0.1');

// OpenTelemetry's set-up listens for SIGTERM as well, and Node.js then no longer ends by itself.
process.on('SIGTERM', () => {
  http.close(() => process.exit(0));
  http.closeAllConnections();
});
