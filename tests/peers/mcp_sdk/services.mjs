// Our services as real processes: started without a shell, ended with the test.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = process.env.TRACETAX_BIN_DIR;
if (!bin) throw new Error('TRACETAX_BIN_DIR is not set: run this through ctest');

export const program = (name) => join(bin, name);

const folder = mkdtempSync(join(tmpdir(), 'tracetax-peers-'));
const running = [];

export function config(name, value) {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, JSON.stringify(value)); // JSON is YAML
  return file;
}

// Resolves with the ready line.
export function start(name, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program(name), args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
    running.push(child);
    let said = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      said += line + '\n';
      if (line.startsWith('{') && JSON.parse(line).event === 'ready') resolve(JSON.parse(line));
    });
  });
}

export async function stopAll() {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}
