/** Acts that go on: keys that follow each other, a button that is held down. At most one does. */
import { keyOf } from './acts.ts';
import type { Command } from './message.ts';

type Kind = 'keys' | 'button';

/** One of the keys that follow each other. */
export interface TypedKey {
  readonly key: string;
  /** It goes where nobody is to read it: known by the time that the browser has said so. */
  readonly hidden: boolean | Promise<boolean>;
}

/** The input that ended it, when its answer is not to be told yet. */
export interface LastInput {
  readonly command: Command;
  readonly bytes: Buffer;
}

export interface Lasted {
  readonly keys: readonly TypedKey[];
  readonly last: LastInput | null;
}

interface Going {
  readonly kind: Kind;
  readonly session: string | undefined;
  readonly keepsLast: boolean;
  add(key: TypedKey): void;
  /** Returns whether it went on until now. */
  end(last: LastInput | null): boolean;
}

/** Keys that come within this of each other are one act. */
const PAUSE_MS = 350;
/** However fast somebody types or drags, the gate has its say again after this. */
const LONGEST_MS = 2_000;

export class Lasting {
  readonly #schedule: (work: () => void, afterMs: number) => () => void;
  #going: Going | null = null;

  constructor(schedule: (work: () => void, afterMs: number) => () => void) {
    this.#schedule = schedule;
  }

  /** Of this session, now. */
  in(session: string | undefined): Kind | null {
    return this.#going !== null && this.#going.session === session ? this.#going.kind : null;
  }

  /** Another key of what goes on. Returns whether it is one. */
  takes(command: Command, isHidden: () => Promise<boolean>): boolean {
    if (this.in(command.sessionId) !== 'keys') return false;
    const key = keyOf(command.params);
    // Where the focus is may change with every key; one that writes nothing says nothing.
    this.#going?.add({ key, hidden: isWriting(key) && isHidden() });
    return true;
  }

  /** When the answer to what ends it is not the client's yet: whom to hand that to. They take it while it goes on. */
  lastOf(session: string | undefined): ((last: LastInput) => boolean) | null {
    const going = this.#going;
    return going !== null && going.session === session && going.keepsLast ? going.end : null;
  }

  /** Resolves when it is over: after a pause, a while, another act, or the button's release. */
  begin(
    kind: Kind,
    command: Command,
    { hidden = false, keepsLast = false }: { hidden?: boolean; keepsLast?: boolean } = {},
  ): Promise<Lasted> {
    const keys: TypedKey[] = [];
    return new Promise((resolve) => {
      let stopPause = () => {};
      const stopLongest = this.#schedule(() => going.end(null), LONGEST_MS);
      const going: Going = {
        kind,
        keepsLast,
        session: command.sessionId,
        add: (key) => {
          keys.push(key);
          stopPause();
          stopPause = this.#schedule(() => going.end(null), PAUSE_MS);
        },
        end: (last) => {
          if (this.#going !== going) return false;
          stopPause();
          stopLongest();
          this.#going = null;
          resolve({ keys, last });
          return true;
        },
      };
      if (kind === 'keys') going.add({ key: keyOf(command.params), hidden });
      this.#going = going;
    });
  }

  end(): void {
    this.#going?.end(null);
  }
}

const isWriting = (key: string): boolean => key.length === 1;
