/** What one agent has in one sandbox through a door: its hand on the screen, its shell, its edits. Made at the first use, let go at the end. */
import { randomBytes } from 'node:crypto';
import type { SandboxId } from '@sandglass/protocol';
import { lastPointerPlace } from '../../recorder/pointerTrack.ts';
import type { Caller, Services } from '../../services.ts';
import { Computer } from './computer.ts';
import { Hand } from './hand.ts';
import { type Pause, realPause } from './pause.ts';
import type { Point, Size } from './scale.ts';
import { Shell } from './shell.ts';
import { Terminals } from './terminals.ts';
import { TextFiles } from './textFiles.ts';

export interface DeskOptions {
  readonly services: Services;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly pause?: Pause;
}

export class Desk {
  readonly sandbox: SandboxId;
  readonly hand: Hand;
  readonly computer: Computer;
  readonly shell: Shell;
  readonly files: TextFiles;
  readonly terminals: Terminals;
  readonly #extras = new Map<string, { close(): unknown }>();

  constructor(options: DeskOptions) {
    const { services, caller, sandbox, pause = realPause } = options;
    this.sandbox = sandbox;
    const name = randomBytes(6).toString('hex');
    const startsAt =
      lastPointerPlace(services.sandboxes.log(sandbox)) ?? middleOf(services.sandboxes.get(sandbox).screen);
    this.hand = new Hand({ services, caller, sandbox, by: `${caller.door}-${name}`, startsAt, pause });
    this.computer = new Computer({ services, caller, sandbox, hand: this.hand, pause });
    this.shell = new Shell({ services, caller, sandbox, name });
    this.files = new TextFiles({ services, caller, sandbox });
    this.terminals = new Terminals({ services, caller, sandbox, pause });
  }

  /** Something more that a door keeps here; closed with it. */
  keep<T extends { close(): unknown }>(name: string, open: () => T): T {
    const known = this.#extras.get(name) as T | undefined;
    if (known) return known;
    const opened = open();
    this.#extras.set(name, opened);
    return opened;
  }

  async close(): Promise<void> {
    for (const extra of this.#extras.values()) await extra.close();
    this.#extras.clear();
    this.computer.close();
    await this.hand.close();
  }
}

/** Where X begins with it. */
const middleOf = (screen: Size | null): Point => ({
  x: Math.floor((screen?.width ?? 0) / 2),
  y: Math.floor((screen?.height ?? 0) / 2),
});

/** Desks of one door or one connection. */
export class Desks {
  readonly #open: (sandbox: SandboxId, caller: Caller) => Desk;
  readonly #atMost: number;
  readonly #desks = new Map<string, Desk>();
  readonly #stop: () => void;

  constructor(services: Services, options: { atMost: number; pause?: Pause }) {
    const { pause } = options;
    this.#open = (sandbox, caller) => new Desk({ services, caller, sandbox, ...(pause ? { pause } : {}) });
    this.#atMost = options.atMost;
    this.#stop = services.sandboxes.onChange((sandbox) => {
      if (sandbox.phase !== 'dead' && sandbox.phase !== 'failed') return;
      for (const [key, desk] of this.#desks) if (desk.sandbox === sandbox.id) this.#drop(key, desk);
    });
  }

  /** The one of this token in this sandbox; the one that was not used for longest makes room. */
  of(caller: Caller, sandbox: SandboxId): Desk {
    const key = `${caller.token}/${sandbox}`;
    const desk = this.#desks.get(key) ?? this.#open(sandbox, caller);
    this.#desks.delete(key);
    this.#desks.set(key, desk);
    const [oldest] = this.#desks;
    if (this.#desks.size > this.#atMost && oldest) this.#drop(...oldest);
    return desk;
  }

  get size(): number {
    return this.#desks.size;
  }

  close(): void {
    this.#stop();
    for (const [key, desk] of this.#desks) this.#drop(key, desk);
  }

  #drop(key: string, desk: Desk): void {
    this.#desks.delete(key);
    // The sandbox may be gone already, and its screen with it.
    desk.close().catch(() => {});
  }
}
