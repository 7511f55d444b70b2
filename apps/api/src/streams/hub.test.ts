import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { StubServices } from '../../test/stubServices.ts';
import { openDatabase } from '../database/open.ts';
import { Identity } from '../identity/identity.ts';
import { identitySteps } from '../identity/tables.ts';
import { createLogger } from '../observability/logger.ts';
import { StreamHub } from './hub.ts';

/** The other end of a socket whose network was unplugged: it takes everything and answers nothing. */
class DeadSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  pings = 0;
  ended: string | null = null;
  ping(): void {
    this.pings++;
  }
  send(data: { length: number }): void {
    this.bufferedAmount += data.length;
  }
  close(code: number): void {
    this.ended ??= `close ${code}`;
  }
  terminate(): void {
    this.ended ??= 'terminate';
    this.readyState = 3;
    this.emit('close');
  }
}

it('ends a peer that has been silent for 30 s, and keeps one that answers', async () => {
  await using stub = new StubServices();
  let nowMs = 1_000_000;
  const database = await openDatabase({ path: ':memory:', steps: identitySteps });
  const identity = new Identity({ database, random: randomBytes, now: () => nowMs });
  const { secret } = await identity.create({ name: 'x', role: 'viewer' });
  const principal = await identity.findBySecret(secret);
  if (!principal) throw new Error('no principal');
  const hub = new StreamHub({
    services: stub.services,
    identity,
    logger: createLogger({ level: 'silent' }),
    strict: true,
  });
  const [dead, alive] = [new DeadSocket(), new DeadSocket()];
  for (const socket of [dead, alive]) hub.accept(socket as unknown as WebSocket, principal);
  for (let beat = 0; beat < 4; beat++) {
    nowMs += 10_000;
    alive.emit('pong');
    hub.beat();
  }
  expect([dead.ended, alive.ended, dead.pings]).toEqual(['terminate', null, 3]);
  expect(hub.counts.connections).toBe(1);
  const closing = hub.close();
  alive.terminate();
  await closing;
  await database.destroy();
});
