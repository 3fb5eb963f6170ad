// The official clients: generation 1 (legacy era) and generation 2 (both eras), by transport.
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { WebSocketClientTransport as Ws1 } from '@modelcontextprotocol/sdk/client/websocket.js';
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { WebSocket } from 'ws';

// The SDK expects the browser's WebSocket, which Node has from version 22 on.
globalThis.WebSocket ??= WebSocket;

const who = { name: 'peer-test', version: '1' };

// `at` is { command, args, env } for stdio, { url } for the others.
const stdio = (Transport) => (at) =>
  new Transport({ command: at.command, args: at.args, env: at.env, stderr: 'ignore' });
const url = (Transport) => (at) => new Transport(new URL(at.url));

export const clients = [
  { name: 'sdk 1', make: () => new Client1(who), era: 'legacy', stdio: stdio(Stdio1), http: url(Http1), ws: url(Ws1) },
  { name: 'client 2 legacy', make: () => new Client2(who), era: 'legacy', stdio: stdio(Stdio2), http: url(Http2) },
  {
    name: 'client 2 auto',
    make: () => new Client2(who, { versionNegotiation: { mode: 'auto' } }),
    era: 'modern', stdio: stdio(Stdio2), http: url(Http2),
  },
  {
    name: 'client 2 pinned to 2026-07-28',
    make: () => new Client2(who, { versionNegotiation: { mode: { pin: '2026-07-28' } } }),
    era: 'modern', stdio: stdio(Stdio2), http: url(Http2),
  },
];
