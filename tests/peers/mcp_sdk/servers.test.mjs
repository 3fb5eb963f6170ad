// Our client end: the gateway in front of official servers of both generations.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { clients } from './clients.mjs';
import { config, start, stopAll } from './services.mjs';
import { legacy, modern } from './servers.mjs';

const trace = '0af7651916cd43dd8448eb211c80319c';

after(stopAll);

// A gateway in front of `server`, and an official client of it.
async function through(name, server, era) {
  const file = config(name, { backends: [{ name: 'official', url: server.url, era }] });
  const ready = await start('mcp-gateway', ['--config', file, '--listen', 'http://127.0.0.1:0/mcp']);
  const peer = clients.at(-1);
  const client = peer.make();
  await client.connect(peer.http({ url: ready.listen[0] }));
  return client;
}

const echo = (client, text) => client.callTool({ name: 'echo', arguments: { text } });

const servers = {
  'generation 2, JSON': { make: () => modern('json'), era: 'modern' },
  'generation 2, event streams': { make: () => modern('sse'), era: 'modern' },
  'generation 1, JSON': { make: () => legacy({ enableJsonResponse: true }), era: 'legacy' },
  'generation 1, event streams': { make: () => legacy(), era: 'legacy' },
};

for (const [name, { make, era }] of Object.entries(servers)) {
  test(`mcp-gateway → ${name}`, async (t) => {
    const server = await make();
    t.after(() => server.close());
    const client = await through(name.replaceAll(/\W+/g, '-'), server, era);
    t.after(() => client.close());

    const { tools } = await client.listTools();
    assert.deepEqual(tools.map((tool) => tool.name).sort(), ['echo', 'fail']);
    const texts = Array.from({ length: 50 }, (_, i) => `call ${i}: ä€😀`);
    const answers = await Promise.all(texts.map((text) => echo(client, text)));
    assert.deepEqual(answers.map((answer) => answer.content[0].text), texts);
    assert.equal((await client.callTool({ name: 'fail', arguments: {} })).isError, true);

    server.traceparents.length = 0;
    const traceparent = `00-${trace}-b7ad6b7169203331-01`;
    await client.callTool({ name: 'echo', arguments: { text: 'traced' }, _meta: { traceparent } });
    assert.deepEqual(server.traceparents, [traceparent]); // an untraced gateway passes it on
  });
}

test('a session that the server forgot is opened anew, and the call repeated: it was refused unread', async (t) => {
  const server = await legacy({ unknownSession: 404 });
  t.after(() => server.close());
  const client = await through('forgotten-404', server, 'legacy');
  t.after(() => client.close());
  assert.equal((await echo(client, 'before')).content[0].text, 'before');
  server.sessions.clear();
  assert.equal((await echo(client, 'after')).content[0].text, 'after');
  assert.equal(server.sessions.size, 1);
});

test('a server that answers 400 for a forgotten session fails one call', async (t) => {
  const server = await legacy({ unknownSession: 400 });
  t.after(() => server.close());
  const client = await through('forgotten-400', server, 'legacy');
  t.after(() => client.close());
  assert.equal((await echo(client, 'before')).content[0].text, 'before');
  server.sessions.clear();
  await assert.rejects(echo(client, 'lost'));
  assert.equal((await echo(client, 'after')).content[0].text, 'after');
});
