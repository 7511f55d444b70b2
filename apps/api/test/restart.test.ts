/** The outer rooms on real inner ones: what a viewer and a program see, also across a restart of the server. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Exec, frameKind, type Sandbox, type Terminal } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { replayOf } from '../src/bundles/replayedFile.ts';
import { openDatabase } from '../src/database/open.ts';
import { Identity } from '../src/identity/identity.ts';
import { openStartToken } from '../src/identity/startToken.ts';
import { identitySteps } from '../src/identity/tables.ts';
import { createLogger } from '../src/observability/logger.ts';
import { TestWorld } from '../src/sandboxes/testWorld.ts';
import { createServer } from '../src/server.ts';
import { Viewer } from './serverWorld.ts';

interface Running {
  readonly token: string;
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
  view(): Promise<Viewer>;
  close(): Promise<void>;
}

async function serve(world: TestWorld): Promise<Running> {
  const database = await openDatabase({ path: join(world.directory, 'identity.db'), steps: identitySteps });
  const identity = new Identity({ database, random: randomBytes, now: Date.now });
  const token = await openStartToken({ identity, file: join(world.directory, 'token'), random: randomBytes });
  const app = await createServer({
    services: {
      ...world.services,
      previews: { open: async () => ({ url: '', expiresAtMs: 0 }) },
      replay: replayOf(null),
    },
    identity,
    logger: createLogger({ level: 'silent' }),
    host: '127.0.0.1',
    allowedHosts: [],
    tls: null,
    consoleDirectory: null,
    version: '0',
    strict: true,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const at = `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const authorization = `Bearer ${token}`;
  return {
    token,
    async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
      const answer = await fetch(`http://${at}${path}`, { method, headers, ...init });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (answer.status === 204 ? undefined : await answer.json()) as T;
    },
    async view() {
      const socket = new WebSocket(`ws://${at}/v1/stream`, { headers: { authorization } });
      const viewer = new Viewer(socket);
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      return viewer;
    },
    async close() {
      await app.close();
      await database.destroy();
    },
  };
}

const output = (viewer: Viewer, channel: number) =>
  Buffer.concat(
    viewer.frames(channel).flatMap((frame) => (frame.kind === frameKind.terminal ? [frame.payload] : [])),
  ).toString();

it('lets a viewer go on where it was after the server was started again', async () => {
  await using world = await TestWorld.open();
  const before = await serve(world);
  const sandbox = await before.ask<Sandbox>('POST', '/v1/sandboxes', { name: 'demo' });
  const terminal = await before.ask<Terminal>('POST', `/v1/sandboxes/${sandbox.id}/terminals`, {});
  const topic = { kind: 'terminal', sandbox: sandbox.id, terminal: terminal.id } as const;
  const first = await before.view();
  first.send({ type: 'subscribe', channel: 1, topic });
  await first.message('opened', 1);
  first.send({ type: 'terminalInput', channel: 1, text: 'echo one\n' });
  await first.until(() => output(first, 1).includes('\none\r\n'));
  await first.settle();
  const seq = first.frames(1).at(-1)?.seq ?? 0;
  const closing = before.close();
  expect((await first.whenClosed()).code).toBe(1001);
  expect(first.messages.findLast((one) => one.type === 'ended')).toMatchObject({ reason: 'serverClosing' });
  await closing;

  await world.restart();
  const after = await serve(world);
  expect(after.token).toBe(before.token);
  const second = await after.view();
  second.send({ type: 'subscribe', channel: 1, topic, resumeFrom: seq });
  expect(await second.message('opened', 1)).toMatchObject({ resumed: true, seq, mayInput: true, sizing: true });
  second.send({ type: 'terminalInput', channel: 1, text: 'echo two\n' });
  await second.until(() => output(second, 1).includes('\ntwo\r\n'));
  expect(output(second, 1)).not.toContain('one');

  const late = await after.view();
  late.send({ type: 'subscribe', channel: 1, topic });
  const drawing = await late.until(() => late.frames(1).find((frame) => frame.kind === frameKind.terminalSnapshot));
  expect(Buffer.from(drawing.payload).toString()).toMatch(/one[\s\S]*two/);
  second.send({ type: 'terminalResize', channel: 1, columns: 100, rows: 30 });
  for (const viewer of [second, late])
    expect(await viewer.message('size', 1)).toMatchObject({ columns: 100, rows: 30 });
  await after.close();
});

it('ends the stream of a command with its exit, and everything with its sandbox', async () => {
  await using world = await TestWorld.open();
  const server = await serve(world);
  const sandbox = await server.ask<Sandbox>('POST', '/v1/sandboxes', {});
  const at = `/v1/sandboxes/${sandbox.id}`;
  const exec = await server.ask<Exec>('POST', `${at}/execs`, { command: 'echo hello; false', wait: false });
  const viewer = await server.view();
  viewer.send({ type: 'subscribe', channel: 1, topic: { kind: 'exec', sandbox: sandbox.id, exec: exec.id } });
  expect(await viewer.message('ended', 1)).toMatchObject({ reason: 'exited', exit: { code: 1, signal: null } });
  expect(viewer.text(1)).toBe('hello\n');

  const sleeping = await server.ask<Exec>('POST', `${at}/execs`, { command: 'sleep 1000', wait: false });
  const terminal = await server.ask<Terminal>('POST', `${at}/terminals`, {});
  viewer.send({ type: 'subscribe', channel: 2, topic: { kind: 'exec', sandbox: sandbox.id, exec: sleeping.id } });
  viewer.send({
    type: 'subscribe',
    channel: 3,
    topic: { kind: 'terminal', sandbox: sandbox.id, terminal: terminal.id },
  });
  viewer.send({ type: 'subscribe', channel: 4, topic: { kind: 'events', sandbox: sandbox.id }, resumeFrom: 0 });
  for (const channel of [2, 3, 4]) await viewer.message('opened', channel);
  await server.ask('DELETE', at);
  for (const channel of [2, 3, 4]) await viewer.message('ended', channel);
  const kinds = viewer.messages.flatMap((one) => (one.type === 'event' ? [one.event.kind] : []));
  expect(kinds.at(0)).toBe('sandbox.created');
  expect(kinds.slice(-3)).toContain('sandbox.phase');

  // The recording outlives the sandbox.
  const later = await server.view();
  later.send({ type: 'subscribe', channel: 1, topic: { kind: 'events', sandbox: sandbox.id }, resumeFrom: 0 });
  later.send({
    type: 'subscribe',
    channel: 2,
    topic: { kind: 'terminal', sandbox: sandbox.id, terminal: terminal.id },
  });
  expect((await later.message('ended', 1)).reason).toBe('sandboxEnded');
  await later.message('ended', 2);
  expect(later.messages.flatMap((one) => (one.type === 'event' ? [one.event.kind] : []))).toEqual(kinds);
  expect(later.text(2)).toContain('$');
  await server.close();
});
