// otlp-sink as a real process: started without a shell, ended with the test.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const bin = process.env.TRACETAX_BIN_DIR;
if (!bin) throw new Error('TRACETAX_BIN_DIR is not set: run this through ctest');

export function startSink() {
  const listen = ['--listen', 'grpc://127.0.0.1:0', '--listen', 'http://127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const child = spawn(join(bin, 'otlp-sink'), listen, { stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`otlp-sink ended with ${code}: ${said}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      said += line + '\n';
      if (line.startsWith('{') && JSON.parse(line).event === 'ready') resolve(new Sink(child, JSON.parse(line)));
    });
  });
}

class Sink {
  constructor(child, ready) {
    this.child = child;
    this.grpc = ready.listen[0].replace('grpc:', 'http:');
    this.http = ready.listen[1];
    this.admin = ready.admin;
  }
  async post(path) {
    const reply = await fetch(this.admin + path, { method: 'POST' });
    return await reply.json();
  }
  async get(path) {
    return await (await fetch(this.admin + path)).text();
  }
  // The exit status.
  stop() {
    return new Promise((resolve) => {
      this.child.once('exit', resolve);
      this.child.kill('SIGTERM');
    });
  }
}
