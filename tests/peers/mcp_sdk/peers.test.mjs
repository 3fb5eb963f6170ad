// Every official client against every service, over each transport that both have.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { clients } from './clients.mjs';
import { config, program, start, stopAll } from './services.mjs';
import { spansOf } from './sink.mjs';

const http = 'http://127.0.0.1:0/mcp';
const ws = 'ws://127.0.0.1:0/mcp';
const admin = ['--admin', '127.0.0.1:0'];

// Filled in by before(): per service where it listens over http and ws, and how a client starts it over stdio.
const at = {};
let sink;

before(async () => {
  sink = await start('otlp-sink', ['--listen', 'grpc://127.0.0.1:0', ...admin]);
  const tracing = {
    OTEL_TRACES_SAMPLER: 'always_on',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.listen[0].replace(/^grpc/, 'http'),
  };
  const service = async (name, args) => {
    const ready = await start(name, [...args, '--listen', http, '--listen', ws, ...admin], tracing);
    at[name] = {
      admin: ready.admin,
      http: { url: ready.listen[0] },
      ws: { url: ready.listen[1] },
      stdio: { command: program(name), args: [...args, '--listen', 'stdio'], env: tracing },
    };
  };
  await service('mcp-server', []);
  await service('mcp-gateway', ['--config', config('gateway', { backends: [{ name: 'tools', url: at['mcp-server'].http.url }] })]);
  await service('mcp-router', ['--config', config('router', { gateway: { name: 'gateway', url: at['mcp-gateway'].ws.url } })]);
});

after(stopAll);

async function flush() {
  for (const service of Object.values(at)) {
    const reply = await fetch(`${service.admin}/flush`, { method: 'POST' });
    assert.equal(reply.status, 200);
  }
}

// The first span that a service writes for a call, in the naming of the MCP Bridge.
const firstSpan = { 'mcp-server': 'tools/call echo', 'mcp-gateway': 'http.request', 'mcp-router': 'stdio.read' };

for (const name of Object.keys(firstSpan)) {
  for (const transport of ['stdio', 'http', 'ws']) {
    for (const peer of clients.filter((client) => client[transport])) {
      test(`${peer.name} → ${name} over ${transport}`, async () => {
        const client = peer.make();
        await client.connect(peer[transport](at[name][transport]));
        assert.equal(client.getServerVersion()?.name, name);
        if (client.getProtocolEra) assert.equal(client.getProtocolEra(), peer.era);

        const { tools } = await client.listTools();
        assert.deepEqual(tools.map((tool) => tool.name).sort(), ['echo', 'sleep', 'spin']);
        const called = await client.callTool({ name: 'echo', arguments: { text: 'hello' } });
        assert.equal(called.content[0].text, 'hello');
        assert.ok(!called.isError);
        // Several at once, each with its own answer.
        const texts = Array.from({ length: 20 }, (_, i) => `call ${i}`);
        const answers = await Promise.all(texts.map((text) => client.callTool({ name: 'echo', arguments: { text } })));
        assert.deepEqual(answers.map((answer) => answer.content[0].text), texts);
        await assert.rejects(client.callTool({ name: 'nothing', arguments: {} }), { code: -32602 });

        const trace = randomBytes(16).toString('hex');
        const span = randomBytes(8).toString('hex');
        await client.callTool({
          name: 'echo', arguments: { text: 'traced' }, _meta: { traceparent: `00-${trace}-${span}-01` },
        });
        await client.close(); // over stdio this ends the service, which flushes
        await flush();
        const spans = await spansOf(sink.admin, trace);
        const first = spans.filter((one) => one.parent === span);
        assert.deepEqual(first.map((one) => one.name), [firstSpan[name]]);
        assert.ok(spans.some((one) => one.name === 'tools/call echo'), 'the trace reaches the server');
      });
    }
  }
}
