// scenarios/real, short: calls succeed, the traced arm's spans arrive and the control has none, and nothing is left running.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const { TRACETAX_BIN_DIR: bin, TRACETAX_SOURCE_DIR: source, TRACETAX_CACHE: cache } = process.env;
if (!bin || !source || !cache) throw new Error('TRACETAX_BIN_DIR and others are not set: run this through ctest');
const folder = mkdtempSync(join(tmpdir(), 'tracetax-real-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(name, sets, environment = {}) {
  const out = join(folder, `${name}-${Object.keys(environment).length}`);
  const args = ['run', join(source, 'scenarios/real', `${name}.yaml`), '-o', out, '--progress', 'none'];
  for (const set of [...sets, 'budgets=null', 'plan={ warmup: 200ms, settle: 100ms, window: 400ms, blocks: 1, phases: [blocks] }']) args.push('--set', set);
  const ended = spawnSync(join(bin, 'tracetax'), args, { encoding: 'utf8', env: { ...process.env, ...environment } });
  return { code: ended.status, said: ended.stdout + ended.stderr, result: JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) };
}

// Command lines of processes that run in the servers' folders.
function leftOver() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`PWD=${join(cache, 'real')}`) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

for (const name of ['node', 'python']) {
  test(`real/${name}: all spans of every call, and none in the control`, () => {
    const { code, said, result } = run(name, ['arms.tenth=null', 'checks=null', 'arms.everything.tracing.batch.delay=100ms']);
    assert.equal(code, 3, said); // nothing is decided: there are no budgets
    assert.deepEqual(result.arms.map((arm) => arm.name), ['untraced', 'everything']);
    for (const arm of result.arms) {
      assert.ok(arm.calls.planned > 10, said);
      assert.equal(arm.calls.ok, arm.calls.planned, said);
      const traced = arm.name === 'everything';
      assert.equal(arm.traces.traces, traced ? arm.calls.planned : 0, said);
      assert.equal(arm.spans.received, traced ? 6 * arm.calls.planned : 0, said); // docs/real-servers.md says which
      const server = arm.services.find((service) => service.name === 'catalogue');
      assert.ok(server.cpu_ns > 0 && server.memory_bytes > 20e6, said);
    }
    assert.deepEqual(leftOver(), []);
  });
}

test('what is not installed is said with what to do', () => {
  const { code, said } = run('node', [], { TRACETAX_CACHE: join(folder, 'none') });
  assert.equal(code, 4, said);
  assert.match(said, /scenarios\/real\/node is not installed[^]*run scripts\/install_real\.sh/);
});
