import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

import { startSink } from './sink.mjs';

const traces = 700; // three spans each: more than one batch of the SDK's 512
let sink;
let sent = 0;

before(async () => { sink = await startSink(); });
after(async () => { assert.equal(await sink.stop(), 0); });

function providerOf(name, exporter) {
  return new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': name }),
    spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: 3 * traces, scheduledDelayMillis: 60_000 })],
  });
}

// A root in one service, a child of it and a grandchild in another, as over a hop.
function makeTraces(caller, callee, count) {
  for (let i = 0; i < count; ++i) {
    const root = caller.startSpan('call', { kind: SpanKind.CLIENT, root: true });
    const remote = { ...root.spanContext(), isRemote: true };
    const server = callee.startSpan('serve', { kind: SpanKind.SERVER }, trace.setSpanContext(ROOT_CONTEXT, remote));
    const inner = callee.startSpan('work', { attributes: { n: i } }, trace.setSpan(ROOT_CONTEXT, server));
    inner.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
    for (const span of [inner, server, root]) span.end();
  }
}

const ways = {
  grpc: () => new GrpcExporter({ url: sink.grpc }),
  protobuf: () => new ProtoExporter({ url: `${sink.http}/v1/traces` }),
  'protobuf, gzip': () => new ProtoExporter({ url: `${sink.http}/v1/traces`, compression: 'gzip' }),
  json: () => new JsonExporter({ url: `${sink.http}/v1/traces` }),
};

for (const [way, exporter] of Object.entries(ways)) {
  test(`every span sent by ${way} is counted and assembled`, async () => {
    const caller = providerOf('js-caller', exporter());
    const callee = providerOf('js-callee', exporter());
    makeTraces(caller.getTracer('test'), callee.getTracer('test'), traces);
    await caller.forceFlush();
    await callee.forceFlush();
    await caller.shutdown();
    await callee.shutdown();

    sent += 3 * traces;
    assert.equal((await sink.post('/flush')).spans, sent);
    assert.match(await sink.get('/metrics'), new RegExp(`^otlp_sink_spans_received_total ${sent}$`, 'm'));

    const shown = JSON.parse(await sink.get('/traces')).traces;
    assert.equal(shown.length, traces);
    for (const { trace_id: id, spans } of shown) {
      assert.match(id, /^[0-9a-f]{32}$/);
      const by = Object.fromEntries(spans.map((span) => [span.name, span]));
      assert.equal(by.call.parent_span_id, undefined);
      assert.equal(by.serve.parent_span_id, by.call.span_id);
      assert.equal(by.work.parent_span_id, by.serve.span_id);
      assert.deepEqual([by.call.service, by.serve.service, by.work.service], ['js-caller', 'js-callee', 'js-callee']);
      assert.deepEqual([by.call.kind, by.serve.kind, by.work.kind], ['client', 'server', 'internal']);
      assert.deepEqual([by.work.status, by.work.status_message], ['error', 'no']);
      assert.equal(typeof by.work.attributes.n, 'number');
    }

    const { services, bytes, requests, arrived, ...rest } = await sink.post('/collect');
    assert.equal(arrived.reduce((sum, [, size]) => sum + size, 0), bytes, 'every byte came at some time');
    assert.deepEqual(rest, {
      spans: 3 * traces, duplicates: 0, malformed: 0, refused: 0, background: 0,
      traces, roots: traces, multi_root: 0, orphans: 0, service_sets: { 'js-callee,js-caller': traces },
    });
    assert.equal(services['js-caller'].spans, traces);
    assert.equal(services['js-callee'].spans, 2 * traces);
    assert.equal(services['js-caller'].bytes + services['js-callee'].bytes, bytes);
    assert.ok(requests >= 2);
  });
}

test('a child whose parent was never sent is an orphan, one called from outside is not', async () => {
  const provider = providerOf('js', ways.protobuf());
  const tracer = provider.getTracer('test');
  const from = (isRemote, traceId) =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote });
  tracer.startSpan('from outside', {}, from(true, '0af7651916cd43dd8448eb211c80319c')).end();
  tracer.startSpan('lost parent', {}, from(false, '1af7651916cd43dd8448eb211c80319c')).end();
  await provider.forceFlush();
  await provider.shutdown();
  const report = await sink.post('/collect');
  assert.deepEqual([report.traces, report.roots, report.orphans], [2, 1, 1]);
});
