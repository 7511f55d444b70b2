/** For tests: rules over a real log and database, without a host. Calls are asked and ended as the gate would. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogEvent, openGate, type Sandbox, type SandboxId, TokenId } from '@sandglass/protocol';
import { type Database, openDatabase } from '../../database/open.ts';
import { createFakeDriver, createFakeHost } from '../../drivers/fake/driver.ts';
import { ManualClock } from '../../lib/manualClock.ts';
import { openLogStore } from '../../recorder/logStore.ts';
import type { SandboxEntry } from '../../sandboxes/entry.ts';
import { SandboxRoom } from '../../sandboxes/room.ts';
import { SandboxStore } from '../../sandboxes/store.ts';
import { sandboxSteps } from '../../sandboxes/tables.ts';
import type { Caller } from '../../services.ts';
import type { AskedFacts, EndedFacts, Matched } from './port.ts';
import { createRules, type Rules } from './service.ts';
import { ruleSteps } from './tables.ts';

export const person: Caller = { actor: 'person', token: TokenId.parse('tok_person'), door: 'console' };

export class RulesWorld implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'sandglass-rules-'));
  readonly clock = new ManualClock();
  readonly heard: { sandbox: SandboxId; matched: Matched }[] = [];
  readonly #logs = openLogStore({ directory: this.directory });
  #database!: Database;
  #room!: SandboxRoom;
  #rules!: Rules;
  #counter = 0;

  static async open(): Promise<RulesWorld> {
    const world = new RulesWorld();
    world.#database = await openDatabase({ path: ':memory:', steps: [...sandboxSteps, ...ruleSteps] });
    const random = (bytes: number) => {
      const number = ++world.#counter;
      return Uint8Array.from({ length: bytes }, (_, i) => (number >> (5 * i)) & 31);
    };
    world.#room = new SandboxRoom({
      driver: createFakeDriver(createFakeHost(world.clock.now)),
      logs: world.#logs,
      store: new SandboxStore(world.#database),
      clock: world.clock,
      random,
      logger: { info: () => {}, warn: () => {}, error: () => {} },
    });
    await world.#start();
    return world;
  }

  get service(): Rules['service'] {
    return this.#rules.service;
  }

  /** A sandbox that runs. */
  add(labels: Sandbox['labels'] = {}): SandboxEntry {
    const facts = { ...facts_, id: this.#room.newId.sandbox(), labels, createdAtMs: this.clock.now() };
    const entry = this.#room.add({ facts });
    entry.apply({ kind: 'done' });
    return entry;
  }

  /** Asked and ended; what the rules said before and after it. */
  call(
    entry: SandboxEntry,
    name: string,
    given: Record<string, unknown>,
    end: Partial<EndedFacts> = {},
  ): { before: Matched | null; after: Matched | null } {
    const call = this.#room.newId.call();
    const asked: AskedFacts = { call, name, summary: 'it', arguments: given, actor: 'agent', door: 'native' };
    entry.append({
      kind: 'call.asked',
      actor: 'agent',
      data: { call, door: 'native', name, summary: `${name} it`, arguments: given },
    });
    const before = this.#rules.port.before(entry.id, asked);
    const ended: EndedFacts = { ...asked, ok: true, durationMs: 1, outcome: 'done', ...end };
    const { ok, durationMs, outcome, result, error } = ended;
    const after = this.#rules.port.after(entry.id, ended);
    entry.append({
      kind: 'call.ended',
      actor: 'agent',
      data: { call, ok, durationMs, summary: outcome, ...(result ? { result } : {}), ...(error ? { error } : {}) },
    });
    return { before, after };
  }

  events<K extends LogEvent['kind']>({ log }: SandboxEntry, kind: K): Extract<LogEvent, { kind: K }>[] {
    return log.eventsOf([kind], 1, 1_000) as never;
  }

  /** What follows an event comes right behind it, in a microtask. */
  async settle(): Promise<void> {
    await Promise.resolve();
  }

  async restart(): Promise<void> {
    await this.#rules.close();
    await this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rules.close();
    this.#logs.close();
    await this.#database.destroy();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const random = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => (++this.#counter >> (i % 5)) & 31);
    this.#rules = createRules({ room: this.#room, database: this.#database, random });
    this.#rules.port.onEvent((sandbox, matched) => this.heard.push({ sandbox, matched }));
    await this.#rules.start();
  }
}

const capabilities = {
  isolation: 'container',
  freeze: 'memory',
  checkpoint: { files: 'instant', memory: false },
  terminals: 'persistent',
  screen: 'none',
  egress: 'none',
  limits: { cpu: true, memory: true, pids: true, disk: true },
  tracking: 'fanotify',
} as const;

const facts_ = {
  name: 'one',
  driver: 'fake',
  level: 'L0',
  image: 'base' as const,
  capabilities,
  limits: { cpus: 1, memoryMb: 512, diskMb: 1024, pids: 256 },
  egress: { allow: [] },
  environment: {},
  screen: null,
  parent: null,
  endedAtMs: null,
  expiresAtMs: null,
  idle: null,
  secretNames: [],
  capture: { phase: 'on' as const },
  keep: {},
  gate: openGate,
};
