// An MCP server (modern era, HTTP) that nobody here instrumented but with the official JavaScript SDK: what it samples and
// where it exports is what the OTEL_* variables say that the harness gives to a program of the user's.
//   node mcp_server.mjs PORT
// STUBBORN=1: it does not follow its caller, a mistake to be found.
import { createServer } from 'node:http';

import { ROOT_CONTEXT, SpanKind, propagation, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-node';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  ...(process.env.STUBBORN ? { sampler: new TraceIdRatioBasedSampler(0.5) } : {}),
});
provider.register();
const tracer = trace.getTracer('mcp-server');

function resultOf(message) {
  if (message.method === 'tools/list') {
    return { resultType: 'complete', tools: [{ name: 'lookup', inputSchema: { type: 'object' } }], ttlMs: 60_000, cacheScope: 'public' };
  }
  const context = propagation.extract(ROOT_CONTEXT, message.params?._meta ?? {});
  const span = tracer.startSpan(`tools/call ${message.params.name}`, { kind: SpanKind.SERVER }, context);
  span.setAttribute('gen_ai.tool.name', message.params.name);
  tracer.startSpan('query', {}, trace.setSpan(context, span)).end();
  span.end();
  return { resultType: 'complete', content: [{ type: 'text', text: 'found' }], isError: false };
}

createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const message = JSON.parse(Buffer.concat(parts).toString());
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: resultOf(message) }));
  });
}).listen(Number(process.argv[2]), '127.0.0.1');

process.on('SIGTERM', async () => {
  await provider.shutdown();
  process.exit(0);
});
