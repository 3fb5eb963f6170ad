// tracetax against servers of other people's, with nothing said of what they speak: every call succeeds and the calls add up.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const bin = process.env.TRACETAX_BIN_DIR;
if (!bin) throw new Error('TRACETAX_BIN_DIR is not set: run this through ctest');
const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tracetax-servers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const node = process.execPath;
const python = join(here, 'venv/bin/python');
const everything = join(here, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const supergateway = join(here, 'node_modules/supergateway/dist/index.js');

let runs = 0;

// The same against the same.
function measure(server, call) {
  const name = `run-${++runs}`;
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, JSON.stringify({ // JSON is YAML
    version: 1,
    name,
    topology: { servers: [{ name: 'theirs', ...server }] },
    load: { arrivals: { process: 'poisson', rate: '50/s' }, sessions: 2, timeout: '10s', calls: [call] },
    arms: { one: { role: 'control' }, other: { role: 'treatment' } },
    plan: { warmup: '500ms', settle: '200ms', window: '1s', blocks: 2, launches: 1 },
    budgets: [{ metric: 'latency.p50', max: '1s' }],
  }));
  const out = join(folder, name);
  return new Promise((resolve) => {
    execFile(join(bin, 'tracetax'), ['run', file, '-o', out, '--progress', 'none'], (error, stdout, stderr) => {
      const code = error ? error.code : 0;
      resolve({ code, said: stdout + stderr, result: code === 2 ? null : JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) });
    });
  });
}

const echo = { tool: 'echo', arguments: { message: 'hällo' } };
const servers = {
  'server-everything over stdio': [{ listen: 'stdio', command: [node, everything, 'stdio'] }, echo],
  'server-everything over Streamable HTTP': [
    { listen: 'http', command: [node, everything, 'streamableHttp'], environment: { PORT: '{port}' } }, echo],
  'server-everything behind a WebSocket bridge': [
    { listen: 'ws', command: [node, supergateway, '--stdio', `"${node}" "${everything}" stdio`, '--outputTransport', 'ws',
      '--messagePath', '/mcp', '--port', '{port}'] }, echo],
  'official Python SDK over stdio': [
    { listen: 'stdio', command: [python, join(here, 'server.py'), 'stdio'] }, { tool: 'add', arguments: { a: 1, b: 2 } }],
  'official Python SDK over Streamable HTTP': [
    { listen: 'http', command: [python, join(here, 'server.py'), 'http', '{port}'] }, { tool: 'add', arguments: { a: 1, b: 2 } }],
};

for (const [name, [server, call]] of Object.entries(servers)) {
  test(name, async () => {
    const { code, said, result } = await measure(server, call);
    assert.equal(code, 0, said);
    for (const arm of result.arms) {
      const { planned, ok, ...others } = arm.calls;
      assert.ok(planned > 50, said);
      assert.equal(ok, planned, said + JSON.stringify(others));
    }
  });
}

test('arguments that a tool does not take are told of before anything is measured', async () => {
  const { code, said } = await measure(servers['server-everything over stdio'][0], { tool: 'echo', arguments: { message: 5 } });
  assert.equal(code, 2, said);
  assert.match(said, /load\.calls\[0\]\.arguments\.message: must be a string, got `5`/);
});
