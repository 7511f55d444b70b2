/** For tests of doors: a whole server with its doors on a free port, over rooms on the fake host or on real sandboxes. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { CreateToken, SandboxId } from '@sandglass/protocol';
import type { FastifyInstance } from 'fastify';
import { type Database, openDatabase } from '../database/open.ts';
import { Identity } from '../identity/identity.ts';
import { identitySteps } from '../identity/tables.ts';
import { createLogger } from '../observability/logger.ts';
import type { Driver } from '../sandboxes/driver.ts';
import { TestWorld } from '../sandboxes/testWorld.ts';
import { createServer } from '../server.ts';
import type { DoorFacts } from './door.ts';

const SECRET = 'sgt_start_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';

export class DoorWorld implements AsyncDisposable {
  readonly rooms: TestWorld;
  readonly app: FastifyInstance;
  readonly url: string;
  readonly #identity: Identity;
  readonly #database: Database;

  private constructor(parts: { rooms: TestWorld; app: FastifyInstance; identity: Identity; database: Database }) {
    this.rooms = parts.rooms;
    this.app = parts.app;
    this.#identity = parts.identity;
    this.#database = parts.database;
    this.url = `http://127.0.0.1:${(parts.app.server.address() as AddressInfo).port}`;
  }

  static async open(doors: readonly DoorFacts[], openDriver?: () => Promise<Driver>): Promise<DoorWorld> {
    const rooms = await TestWorld.open(openDriver);
    const database = await openDatabase({ path: ':memory:', steps: identitySteps });
    const identity = new Identity({ database, random: randomBytes, now: Date.now });
    await identity.setStartSecret(SECRET);
    const nothing = {} as never;
    const app = await createServer({
      services: { ...rooms.services, previews: nothing, replay: nothing },
      identity,
      logger: createLogger({ level: 'fatal' }),
      host: '127.0.0.1',
      allowedHosts: [],
      tls: null,
      consoleDirectory: null,
      version: '0.0.0-test',
      doors,
      strict: true,
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    return new DoorWorld({ rooms, app, identity, database });
  }

  get secret(): string {
    return SECRET;
  }

  async token(body: Omit<CreateToken, 'name'>): Promise<string> {
    return (await this.#identity.create({ name: 'test', ...body })).secret;
  }

  async killAll(): Promise<void> {
    const { sandboxes } = this.rooms.services;
    const caller = { actor: 'agent', token: 'tok_start', door: 'native' } as never;
    for (const { id } of (await sandboxes.list({ limit: 100, ended: false })).items)
      await sandboxes.kill(caller, id as SandboxId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await this.rooms[Symbol.asyncDispose]();
    await this.#database.destroy();
  }
}
