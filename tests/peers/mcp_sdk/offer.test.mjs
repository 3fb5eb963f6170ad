// Every official client meets what the mock servers offer beside tools: directly, through the gateway and through the
// whole chain, over each transport that both have.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { clients } from './clients.mjs';
import { config, program, start, stopAll } from './services.mjs';

const http = 'http://127.0.0.1:0/mcp';
const ws = 'ws://127.0.0.1:0/mcp';
const logLevel = 'io.modelcontextprotocol/logLevel';

const offer = {
  logging: true,
  page_size: 2,
  tools: {
    slow: {
      service_time: { distribution: 'constant', value: '30ms' },
      steps: [{ name: 'read' }, { name: 'think' }, { name: 'write' }],
    },
  },
  prompts: {
    review: {
      description: 'Reviews code',
      arguments: [{ name: 'language', required: true, values: ['python', 'perl', 'rust'] }, { name: 'code' }],
      messages: [{ text: 'Review this {language}: {code}' }, { role: 'assistant', text: 'Gladly.' }],
    },
    second: { messages: [{ text: 'two' }] },
    third: { messages: [{ text: 'three' }] },
  },
  resources: [
    { uri: 'file:///readme.md', name: 'readme', mime_type: 'text/markdown', text: '# Hello ä€😀' },
    { uri: 'mock://blob', bytes: 3 },
    { uri: 'mock://more', text: 'more' },
  ],
  resource_templates: [
    { uri_template: 'mock://users/{id}', name: 'user', text: 'user {id}', values: { id: ['ada', 'bob', 'Alan'] } },
  ],
};

const at = {};

before(async () => {
  const service = async (name, args) => {
    const ready = await start(name, [...args, '--listen', http, '--listen', ws, '--admin', '127.0.0.1:0']);
    at[name] = {
      admin: ready.admin,
      http: { url: ready.listen[0] },
      ws: { url: ready.listen[1] },
      stdio: { command: program(name), args: [...args, '--listen', 'stdio'], env: {} },
    };
  };
  await service('mcp-server', ['--config', config('offer', offer)]);
  const bare = await start('mcp-server', ['--listen', http]);
  const backends = [{ name: 'bare', url: bare.listen[0] }, { name: 'tools', url: at['mcp-server'].http.url }];
  await service('mcp-gateway', ['--config', config('offer-gateway', { backends })]);
  await service('mcp-router', ['--config', config('offer-router', { gateway: { name: 'gateway', url: at['mcp-gateway'].ws.url } })]);
});

after(stopAll);

// All items of a list, and how many pages they came in.
async function all(list, key) {
  const items = [];
  let cursor;
  let pages = 0;
  do {
    const page = await list(cursor === undefined ? undefined : { cursor });
    items.push(...page[key]);
    cursor = page.nextCursor;
    ++pages;
  } while (cursor !== undefined);
  return { items, pages };
}

const names = (items) => items.map((item) => item.name);
const callTool = (peer, client, params, options) =>
  peer.name === 'sdk 1' ? client.callTool(params, undefined, options) : client.callTool(params, options);

for (const name of ['mcp-server', 'mcp-gateway', 'mcp-router']) {
  for (const transport of ['stdio', 'http', 'ws']) {
    for (const peer of clients.filter((client) => client[transport])) {
      test(`${peer.name} → ${name} over ${transport}`, async (t) => {
        const client = peer.make();
        const logged = [];
        const log = (notification) => logged.push(notification.params);
        if (peer.name === 'sdk 1') client.setNotificationHandler(LoggingMessageNotificationSchema, log);
        else client.setNotificationHandler('notifications/message', log);
        await client.connect(peer[transport](at[name][transport]));
        t.after(() => client.close());
        assert.deepEqual(Object.keys(client.getServerCapabilities()).sort(),
          ['completions', 'logging', 'prompts', 'resources', 'tools']);

        const prompts = await all((page) => client.listPrompts(page), 'prompts');
        assert.deepEqual(names(prompts.items), ['review', 'second', 'third']);
        assert.deepEqual(prompts.items[0].arguments.map((one) => one.required), [true, false]);
        const resources = await all((page) => client.listResources(page), 'resources');
        assert.deepEqual(resources.items.map((one) => one.uri), ['file:///readme.md', 'mock://blob', 'mock://more']);
        const templates = await all((page) => client.listResourceTemplates(page), 'resourceTemplates');
        assert.deepEqual(templates.items.map((one) => one.uriTemplate), ['mock://users/{id}']);
        const page = await client.request({ method: 'prompts/list' }, ...(peer.name === 'sdk 1'
          ? [(await import('@modelcontextprotocol/sdk/types.js')).ListPromptsResultSchema] : []));
        assert.equal(page.prompts.length, name === 'mcp-server' ? 2 : 3); // hops give all at once
        await assert.rejects(client.listPrompts({ cursor: 'made up' }), { code: -32602 });

        const prompt = await client.getPrompt({ name: 'review', arguments: { language: 'rust', code: 'x' } });
        assert.deepEqual(prompt.messages.map((one) => [one.role, one.content.text]),
          [['user', 'Review this rust: x'], ['assistant', 'Gladly.']]);
        await assert.rejects(client.getPrompt({ name: 'review' }), { code: -32602 });
        await assert.rejects(client.getPrompt({ name: 'nothing' }), { code: -32602 });

        const read = async (uri) => (await client.readResource({ uri })).contents[0];
        assert.equal((await read('file:///readme.md')).text, '# Hello ä€😀');
        assert.equal((await read('mock://blob')).blob, 'AAcO');
        assert.equal((await read('mock://users/ada')).text, 'user ada');
        // Clients of generation 2 tell either era's code as the modern one, for what names the URI.
        await assert.rejects(client.readResource({ uri: 'mock://nothing/here' }),
          { code: peer.name === 'sdk 1' ? -32002 : -32602 });

        const complete = async (ref, argument) => (await client.complete({ ref, argument })).completion.values;
        assert.deepEqual(await complete({ type: 'ref/prompt', name: 'review' }, { name: 'language', value: 'p' }),
          ['python', 'perl']);
        assert.deepEqual(await complete({ type: 'ref/resource', uri: 'mock://users/{id}' }, { name: 'id', value: 'a' }),
          ['ada', 'Alan']);

        // Progress and log messages of the call that asks for them, and of no other.
        if (peer.era === 'legacy') await client.setLoggingLevel('info');
        const steps = [];
        const onprogress = (progress) => steps.push([progress.progress, progress.total, progress.message]);
        const _meta = peer.era === 'modern' ? { [logLevel]: 'info' } : undefined;
        await callTool(peer, client, { name: 'slow', arguments: {}, _meta }, { onprogress });
        // The clients forget a call with its answer, and with that what came in the same read before it.
        assert.deepEqual(steps, [[1, 3, 'read'], [2, 3, 'think'], [3, 3, 'write']].slice(0, Math.max(2, steps.length)));
        assert.deepEqual(logged.map((one) => [one.level, one.data.event]), [['info', 'begins'], ['info', 'ends']]);
        if (peer.era === 'modern') {
          await callTool(peer, client, { name: 'slow', arguments: {} });
          assert.equal(logged.length, 2);
        }

        // A call that is given up rejects, and the conversation goes on.
        const giveUp = new AbortController();
        const lost = callTool(peer, client, { name: 'sleep', arguments: { ms: 600000 } }, { signal: giveUp.signal });
        setTimeout(() => giveUp.abort('enough'), 20);
        await assert.rejects(lost);
        assert.equal((await client.callTool({ name: 'echo', arguments: { text: 'on' } })).content[0].text, 'on');
      });
    }
  }
}

// The calls that were given up would last ten minutes: none is in work only where the cancellations arrived.
test('what was given up is over in every service', async () => {
  for (const [name, service] of Object.entries(at)) {
    const sample = async (family) => {
      const text = await (await fetch(`${service.admin}/metrics`)).text();
      return Number(text.split('\n').find((line) => line.startsWith(family + ' ')).split(' ')[1]);
    };
    for (let tries = 0; tries < 200 && await sample('tracetax_requests_in_flight') > 0; ++tries) await sleep(50);
    assert.equal(await sample('tracetax_requests_in_flight'), 0, name);
    assert.ok(await sample('tracetax_requests_total{outcome="cancelled"}') >= 5, name);
  }
});
