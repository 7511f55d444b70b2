/** A whole set of rooms for tests: the fake host, a real log store and database, a clock moved by hand. It survives `restart`. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogEvent, type Sandbox, type SandboxId, TokenId } from '@sandglass/protocol';
import { checkpointSteps } from '../checkpoints/tables.ts';
import { composeRooms, type Rooms } from '../compose.ts';
import { type Database, openDatabase } from '../database/open.ts';
import { createFakeDriver, createFakeHost, type FakeHost } from '../drivers/fake/driver.ts';
import { ruleSteps } from '../gate/rules/tables.ts';
import { ManualClock } from '../lib/manualClock.ts';
import { openLogStore } from '../recorder/logStore.ts';
import { createScreenService } from '../recorder/screenService.ts';
import { createTerminalRecorder } from '../recorder/terminalRecorder.ts';
import { reviewSteps } from '../reviews/tables.ts';
import { SearchIndex } from '../search/searchIndex.ts';
import { createSearch } from '../search/service.ts';
import type { Caller } from '../services.ts';
import type { Post } from '../webhooks/post.ts';
import { webhookSteps } from '../webhooks/tables.ts';
import type { Driver } from './driver.ts';
import type { RetentionLimits } from './retention.ts';
import { sandboxSteps } from './tables.ts';

export const agent: Caller = { actor: 'agent', token: TokenId.parse('tok_agent'), door: 'native' };
export const person: Caller = { actor: 'person', token: TokenId.parse('tok_person'), door: 'console' };

const silent = { info: () => {}, warn: () => {}, error: () => {} };

export class TestWorld implements AsyncDisposable {
  directory = mkdtempSync(join(tmpdir(), 'sandglass-rooms-'));
  readonly clock: ManualClock;
  readonly host: FakeHost;
  retention: RetentionLimits | undefined;
  /** In the place of the network. */
  post: Post = async () => 204;
  #counter = 0;
  #openDriver = async (): Promise<Driver> => createFakeDriver(this.host);
  #rooms!: Rooms;
  #closers: (() => unknown)[] = [];
  #phase: 'open' | 'closed' = 'closed';

  private constructor(startMs: number | undefined) {
    this.clock = new ManualClock(startMs);
    this.host = createFakeHost(this.clock.now);
  }

  /** On the fake host, or on what `openDriver` opens (again after each restart; closed with the world). */
  static async open(openDriver?: () => Promise<Driver>, startMs?: number): Promise<TestWorld> {
    const world = new TestWorld(startMs);
    if (openDriver) {
      world.#openDriver = openDriver;
      // Two runs at once on one real host must not name their sandboxes alike.
      world.#counter = (process.pid % 0x40_0000) << 8;
    }
    await world.#open();
    return world;
  }

  get services(): Rooms['services'] {
    return this.#rooms.services;
  }

  create(body: Parameters<Rooms['services']['sandboxes']['create']>[1] = {}): Promise<Sandbox> {
    return this.services.sandboxes.create(agent, body);
  }

  events<K extends LogEvent['kind']>(id: SandboxId, kind: K): Extract<LogEvent, { kind: K }>['data'][] {
    const events = this.services.sandboxes.log(id).events(0, 5000);
    return events.filter((event) => event.kind === kind).map((event) => event.data) as never;
  }

  /** Resolves with the sandbox when `is` holds for it, now or after a change. */
  async until(id: SandboxId, is: (sandbox: Sandbox) => boolean): Promise<Sandbox> {
    const { sandboxes } = this.services;
    if (is(sandboxes.get(id))) return sandboxes.get(id);
    return await new Promise((resolve) => {
      const stop = sandboxes.onChange((sandbox) => {
        if (sandbox.id !== id || !is(sandbox)) return;
        stop();
        resolve(sandbox);
      });
    });
  }

  /** Stops the server and starts another one on the same data and the same host. `meanwhile` happens in between. */
  async restart(meanwhile: () => void = () => {}): Promise<void> {
    await this.#close();
    meanwhile();
    await this.#open();
  }

  /** As after `kill -9`: the next server finds what was on the disk then, and nobody of the one before has said good-bye. */
  async crash(): Promise<void> {
    const before = this.directory;
    this.directory = mkdtempSync(join(tmpdir(), 'sandglass-rooms-'));
    cpSync(before, this.directory, { recursive: true });
    await this.#close();
    rmSync(before, { recursive: true, force: true });
    await this.#open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    for (const machine of this.host.machines.values()) machine.end();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #open(): Promise<void> {
    const driver = await this.#openDriver();
    const database: Database = await openDatabase({
      path: join(this.directory, 'sandglass.db'),
      steps: [...sandboxSteps, ...checkpointSteps, ...ruleSteps, ...reviewSteps, ...webhookSteps],
    });
    const logs = openLogStore({ directory: join(this.directory, 'log') });
    const screens = createScreenService();
    const terminals = createTerminalRecorder();
    const search = createSearch({
      index: new SearchIndex(join(this.directory, 'search.db')),
      onError: (_, error) => {
        throw error;
      },
    });
    this.#rooms = composeRooms({
      driver,
      database,
      logs,
      screens,
      terminals,
      search,
      ...(this.retention ? { retention: this.retention } : {}),
      clock: this.clock,
      random: (bytes) => this.#random(bytes),
      post: (letter) => this.post(letter),
      logger: silent,
      version: '0.0.0',
    });
    this.#closers = [
      () => this.#rooms.close(),
      () => driver.close(),
      () => screens.close(),
      () => terminals.close(),
      () => search.close(),
      () => logs.close(),
      () => database.destroy(),
    ];
    this.#phase = 'open';
    await this.#rooms.start();
  }

  async #close(): Promise<void> {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    for (const close of this.#closers) await close();
  }

  /** Different every time, the same in every run. */
  #random(bytes: number): Uint8Array {
    const number = ++this.#counter;
    return Uint8Array.from({ length: bytes }, (_, i) => (number >> (5 * i)) & 31);
  }
}
