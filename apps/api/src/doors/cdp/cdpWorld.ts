/** For tests of the CDP door: a server with it, one real sandbox, and what the log says of an agent's acts. */
import type { HeldCall, LogEvent, SandboxId } from '@sandglass/protocol';
import { expect } from 'vitest';
import { KeeperWorld } from '../../drivers/local/keeperWorld.ts';
import { person } from '../../sandboxes/testWorld.ts';
import { DoorWorld } from '../doorWorld.ts';
import { createCdpDoor } from './door.ts';

const door = createCdpDoor();

export class CdpWorld implements AsyncDisposable {
  readonly doors: DoorWorld;
  readonly sandbox: SandboxId;
  readonly #keeper: KeeperWorld;

  private constructor(parts: { keeper: KeeperWorld; doors: DoorWorld; sandbox: SandboxId }) {
    this.#keeper = parts.keeper;
    this.doors = parts.doors;
    this.sandbox = parts.sandbox;
  }

  static async open(image: 'desktop' | 'browser'): Promise<CdpWorld> {
    const keeper = await KeeperWorld.open();
    const doors = await DoorWorld.open([door], () => keeper.openDriver());
    const { id } = await doors.rooms.create(image === 'browser' ? { image, headless: true } : { image });
    return new CdpWorld({ keeper, doors, sandbox: id });
  }

  get services() {
    return this.doors.rooms.services;
  }

  get address(): string {
    const { url, secret: token } = this.doors;
    return door.describe({ url, token })['urlTemplate']!.replace('{sandbox}', this.sandbox);
  }

  events(): LogEvent[] {
    return this.services.sandboxes.log(this.sandbox).events(1, 100_000);
  }

  /** What was asked through this door, in words. */
  acts(): string[] {
    return this.events().flatMap((event) =>
      event.kind === 'call.asked' && event.data.door === 'cdp' ? [event.data.summary] : [],
    );
  }

  /** What was typed by keys, as it is told. */
  typed(): string[] {
    return this.events().flatMap((event) => {
      const keys = event.kind === 'call.ended' ? event.data.result?.['keys'] : undefined;
      return keys === undefined ? [] : [String(keys)];
    });
  }

  held(): readonly HeldCall[] {
    return this.services.gate.get(this.sandbox).held;
  }

  /** The browser itself runs on as a call of who started it: time is given to it to settle. */
  async holdCalls(): Promise<void> {
    const paused = this.services.gate.pause(person, this.sandbox, { freeze: false });
    this.doors.rooms.clock.advance(3_000);
    await paused;
  }

  async goOn(): Promise<void> {
    await this.services.gate.continue(person, this.sandbox);
  }

  /** Decides on the one call that is held. */
  async decide(decision: Parameters<CdpWorld['services']['gate']['decide']>[3], name?: string): Promise<void> {
    await expect.poll(() => this.held().length, { timeout: 15_000 }).toBe(1);
    const [call] = this.held();
    if (name !== undefined) expect(call?.name).toBe(name);
    await this.services.gate.decide(person, this.sandbox, call!.call, decision);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.doors.killAll();
    await this.doors[Symbol.asyncDispose]();
    await this.#keeper[Symbol.asyncDispose]();
  }
}
