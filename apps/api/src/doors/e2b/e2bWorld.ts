/** For tests: a whole server with this door, on real sandboxes or on the fake host, and what the vendor's clients need to find it. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { replayOf } from '../../bundles/replayedFile.ts';
import { type Database, openDatabase } from '../../database/open.ts';
import { KeeperWorld } from '../../drivers/local/keeperWorld.ts';
import { Identity } from '../../identity/identity.ts';
import { identitySteps } from '../../identity/tables.ts';
import { e2bKey } from '../../identity/vendorKey.ts';
import { createLogger } from '../../observability/logger.ts';
import { doorSteps, openDoorMemory } from '../../sandboxes/doorMemory.ts';
import { person, TestWorld } from '../../sandboxes/testWorld.ts';
import { createServer } from '../../server.ts';
import type { DoorFacts } from '../door.ts';
import { createE2bDoor } from './mount.ts';

/** Below which sandbox ports have their names; tests resolve them themselves. */
export const NAMES = 'sbx.test';
const SECRET = 'sgt_start_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';

export class E2bWorld implements AsyncDisposable {
  readonly rooms: TestWorld;
  readonly identity: Identity;
  readonly url: string;
  /** What the server wrote of mistakes. */
  readonly logged: string[];
  readonly #keeper: KeeperWorld | null;
  readonly #database: Database;
  readonly #door: DoorFacts;
  readonly #app: FastifyInstance;

  private constructor(parts: {
    rooms: TestWorld;
    identity: Identity;
    app: FastifyInstance;
    keeper: KeeperWorld | null;
    database: Database;
    door: DoorFacts;
    logged: string[];
  }) {
    this.rooms = parts.rooms;
    this.identity = parts.identity;
    this.#app = parts.app;
    this.#keeper = parts.keeper;
    this.#database = parts.database;
    this.#door = parts.door;
    this.logged = parts.logged;
    this.url = `http://127.0.0.1:${(parts.app.server.address() as AddressInfo).port}`;
  }

  static async open(
    on: 'sandboxes' | 'fake host',
    { internet = 'allow' }: { internet?: 'allow' | 'deny' } = {},
  ): Promise<E2bWorld> {
    const keeper = on === 'sandboxes' ? await KeeperWorld.open() : null;
    // Clients sign addresses by their own clock.
    const rooms = await TestWorld.open(keeper ? () => keeper.openDriver() : undefined, Date.now());
    const database = await openDatabase({ path: ':memory:', steps: [...identitySteps, ...doorSteps] });
    const identity = new Identity({ database, random: randomBytes, now: Date.now });
    await identity.setStartSecret(SECRET);
    const logged: string[] = [];
    const door = createE2bDoor({
      memory: await openDoorMemory(database, 'e2b', randomBytes),
      now: () => rooms.clock.now(),
      internet,
      // On a busy machine a process takes a moment to begin, too.
      heldAfterMs: keeper ? 5_000 : 200,
      names: { domain: NAMES, port: 0, certificate: null, directory: join(rooms.directory, 'e2b') },
    });
    const app = await createServer({
      services: {
        ...rooms.services,
        replay: replayOf(null),
        previews: { open: async () => ({ url: 'http://127.0.0.1/', expiresAtMs: 0 }) },
      },
      identity,
      logger: createLogger({ level: 'error', destination: { write: (line: string) => void logged.push(line) } }),
      host: '127.0.0.1',
      allowedHosts: [],
      tls: null,
      consoleDirectory: null,
      version: '0.0.0-test',
      doors: [door],
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    await door.listen?.({ host: '127.0.0.1', serverPort: 0 });
    return new E2bWorld({ rooms, identity, app, keeper, database, door, logged });
  }

  /** As the two variables of the quick start say it. */
  get options() {
    return { apiUrl: this.url, sandboxUrl: this.url, apiKey: e2bKey(SECRET), retries: 0 };
  }

  get secret(): string {
    return SECRET;
  }

  /** Of its first address, by whomever. */
  async connections(): Promise<number> {
    return await new Promise((resolve) => this.#app.server.getConnections((_error, count) => resolve(count)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { sandboxes } = this.rooms.services;
    for (const { id } of (await sandboxes.list({ limit: 1_000 })).items) await sandboxes.kill(person, id);
    await this.#door.close?.();
    await this.#app.close();
    await this.rooms[Symbol.asyncDispose]();
    await this.#keeper?.[Symbol.asyncDispose]();
    await this.#database.destroy();
  }
}
