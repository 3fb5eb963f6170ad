// tracetax record between the official client and a server of other people's: what the client hears is the same, and the
// recording has its calls.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const bin = process.env.TRACETAX_BIN_DIR;
if (!bin) throw new Error('TRACETAX_BIN_DIR is not set: run this through ctest');
const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tracetax-record-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const everything = join(here, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const server = { command: process.execPath, args: [everything, 'stdio'] };
const recorded = (file) => ({
  command: join(bin, 'tracetax'), args: ['record', '--output', file, '--redact', 'name', '--', server.command, ...server.args],
});

async function converse(at) {
  const client = new Client({ name: 'record-test', version: '1' });
  await client.connect(new StdioClientTransport({ ...at, stderr: 'ignore' }));
  const heard = { server: client.getServerVersion(), tools: (await client.listTools()).tools };
  heard.echo = await client.callTool({ name: 'echo', arguments: { message: 'hällo\nthere' } });
  heard.sums = await Promise.all(
    Array.from({ length: 10 }, (_, i) => client.callTool({ name: 'get-sum', arguments: { a: i, b: 1 } })));
  const { resources } = await client.listResources();
  heard.resource = (await client.readResource({ uri: resources[0].uri })).contents[0].uri;
  const { prompts } = await client.listPrompts();
  heard.prompts = prompts;
  heard.prompt = await client.getPrompt({ name: prompts[0].name });
  heard.wrong = await client.callTool({ name: 'no-such-tool', arguments: { api_key: 's3cret', name: 'me' } })
    .then((answer) => answer, (error) => ({ code: error.code }));
  await client.close();
  return heard;
}

test('server-everything under the tap', async () => {
  const file = join(folder, 'calls.jsonl');
  const direct = await converse(server);
  const tapped = await converse(recorded(file));
  assert.deepEqual(tapped, direct);

  const text = readFileSync(file, 'utf8');
  const calls = text.trimEnd().split('\n').map((line) => JSON.parse(line));
  const of = (kind) => calls.filter((call) => kind in call);
  assert.equal(calls.length, 14, text);
  assert.deepEqual(of('tool').find((call) => call.tool === 'echo').arguments, { message: 'hällo\nthere' });
  assert.deepEqual(of('tool').filter((call) => call.tool === 'get-sum').map((call) => call.arguments.a).sort(),
    Array.from({ length: 10 }, (_, i) => i));
  assert.equal(of('resource')[0].resource, direct.resource);
  assert.equal(of('prompt')[0].prompt, direct.prompts[0].name);
  const { outcome: wrong, arguments: hidden } = of('tool').find((call) => call.tool === 'no-such-tool');
  assert.equal(wrong, direct.wrong.isError ? 'tool_error' : 'protocol_error');
  assert.deepEqual(hidden, { api_key: '[redacted]', name: '[redacted]' });
  for (const call of calls.filter((one) => one.tool !== 'no-such-tool')) {
    assert.equal(call.outcome, 'ok', JSON.stringify(call));
    assert.ok(call.at_us >= 0 && call.duration_us > 0, JSON.stringify(call));
  }
  // The times are those of the client: a line after the other, within the conversation.
  const order = calls.toSorted((a, b) => a.at_us - b.at_us);
  assert.equal(order[0].tool, 'echo');
  assert.equal(order.at(-1).tool, 'no-such-tool');
});
