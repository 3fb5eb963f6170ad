// tracetax sampling over a chain whose last hop samples with the official JavaScript SDK.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const server = fileURLToPath(new URL('./mcp_server.mjs', import.meta.url));

function scenario(environment) {
  return `version: 1
name: js
topology:
  gateway: { listen: ws }
  servers: [ { name: js, listen: http, command: [ ${process.execPath}, ${server}, "{port}" ]${environment} } ]
load:
  arrivals: { process: poisson, rate: 200/s }
  calls: [ { tool: lookup } ]
  timeout: 10s
arms:
  base: { role: control, tracing: { sampler: none } }
  some: { tracing: { sampler: { type: parentbased_traceidratio, ratio: 0.3 }, batch: { queue: 8192, delay: 300ms } } }
sampling: { steps: [ { rate: 200/s, for: 5s } ] }
checks:
  - { sampling_ratio: { arm: some, expect: 0.3, service: js, tolerance: 0.1 } }
  - parent_respected
`;
}

function validated(environment) {
  const folder = mkdtempSync(join(tmpdir(), 'sampling-'));
  try {
    writeFileSync(join(folder, 's.yaml'), scenario(environment));
    const run = spawnSync(join(process.env.TRACETAX_BIN_DIR, 'tracetax'), ['sampling', 's.yaml', '-o', 'out'], { cwd: folder, encoding: 'utf8' });
    return { code: run.status, said: run.stdout + run.stderr, result: JSON.parse(readFileSync(join(folder, 'out/result.json'), 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const verdicts = (result) => Object.fromEntries(result.checks.map((check) => [check.name, check.verdict]));

test('the JavaScript SDK keeps what its C++ caller keeps', () => {
  const { code, said, result } = validated('');
  assert.deepEqual(verdicts(result), { sampling_ratio: 'within', parent_respected: 'within' }, said);
  assert.equal(code, 0, said);
});

test('a JavaScript server that decides for itself is found', () => {
  const { code, said, result } = validated(', environment: { STUBBORN: "1" }');
  assert.equal(verdicts(result).parent_respected, 'exceeded', said);
  assert.equal(code, 1, said);
});
