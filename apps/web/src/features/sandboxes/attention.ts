/** Who needs somebody, from what is known of the sandboxes. */
import type { Sandbox, SandboxId, Stats } from '@sandglass/protocol';
import { shownName } from '../../platform/shownName.ts';
import { Model } from '../../platform/store.ts';
import type { Needs } from './wallModel.ts';

/** What was asked for takes a second; after this something is in its way. */
export const ASKED_LATE_MS = 10_000;
/** The last of it goes to programs that then fail. */
export const DISK_FULL = 0.97;

const words: Record<NonNullable<Sandbox['asked']>, string> = {
  freeze: 'Freeze asked, not happened',
  thaw: 'Thaw asked, not happened',
  checkpoint: 'Checkpoint asked, not done',
  restore: 'Restore asked, not done',
  kill: 'Kill asked, not done',
};

export interface Known {
  /** Since when this page has seen it asked for. */
  readonly askedSinceMs: ReadonlyMap<SandboxId, number>;
  readonly stats: ReadonlyMap<SandboxId, Stats>;
  /** Failed ones that a person has seen. */
  readonly seen: ReadonlySet<string>;
}

export function findNeeds(sandboxes: readonly Sandbox[], known: Known, nowMs: number): Needs {
  const needs = new Map<SandboxId, string>();
  for (const sandbox of sandboxes) {
    const why = reasonOf(sandbox, known, nowMs);
    if (why !== undefined) needs.set(sandbox.id, why);
  }
  return needs;
}

/** What is wrong and with what: the first stands on a card's picture, the second below it. */
export function partsOf(why: string): { readonly word: string; readonly detail: string | undefined } {
  const at = why.indexOf(': ');
  return at === -1 ? { word: why, detail: undefined } : { word: why.slice(0, at), detail: why.slice(at + 2) };
}

function reasonOf(sandbox: Sandbox, known: Known, nowMs: number): string | undefined {
  if (sandbox.phase === 'failed') return known.seen.has(sandbox.id) ? undefined : 'Failed';
  if (sandbox.phase === 'dead') return undefined;
  const { questions, heldCalls, summary } = sandbox.gate;
  if (questions > 0) return `Asks you${summary === null ? '' : `: ${shownName(summary)}`}`;
  if (heldCalls > 0) return `Held${summary === null ? '' : `: ${shownName(summary)}`}`;
  const sinceMs = known.askedSinceMs.get(sandbox.id);
  if (sandbox.asked !== null && sinceMs !== undefined && nowMs - sinceMs >= ASKED_LATE_MS) return words[sandbox.asked];
  const stats = known.stats.get(sandbox.id);
  const isFull = stats?.diskLimitBytes != null && stats.diskBytes >= stats.diskLimitBytes * DISK_FULL;
  return isFull ? 'Disk full' : undefined;
}

/** Since when something is asked of whom; what was seen asked before keeps its time. */
export function noteAsked(
  before: ReadonlyMap<SandboxId, number>,
  sandboxes: readonly Sandbox[],
  nowMs: number,
): ReadonlyMap<SandboxId, number> {
  const asked = sandboxes.filter((sandbox) => sandbox.asked !== null);
  const isSame = asked.length === before.size && asked.every((sandbox) => before.has(sandbox.id));
  return isSame ? before : new Map(asked.map((sandbox) => [sandbox.id, before.get(sandbox.id) ?? nowMs]));
}

/** Each costs the server a look at a cgroup and a file system; a disk does not fill in less. */
const STATS_EVERY_MS = 30_000;
const MAX_FOLLOWED = 100;

interface StatsStream {
  subscribe(
    topic: { kind: 'stats'; sandbox: SandboxId; everyMs: number },
    handlers: { onMessage: (message: { type: string; stats?: Stats }) => void },
  ): { close(): void };
}

/** How full the running sandboxes are, now and then. */
export class WallStats extends Model<ReadonlyMap<SandboxId, Stats>> {
  readonly #stream: StatsStream;
  readonly #channels = new Map<SandboxId, { close(): void }>();

  constructor(stream: StatsStream) {
    super(new Map());
    this.#stream = stream;
  }

  /** Follows these and no others. */
  follow(ids: readonly SandboxId[]): void {
    const wanted = new Set(ids.slice(0, MAX_FOLLOWED));
    for (const [id, channel] of this.#channels) {
      if (wanted.has(id)) continue;
      channel.close();
      this.#channels.delete(id);
    }
    const kept = [...this.state].filter(([id]) => wanted.has(id));
    if (kept.length !== this.state.size) this.set(new Map(kept));
    for (const sandbox of wanted) if (!this.#channels.has(sandbox)) this.#open(sandbox);
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }

  #open(sandbox: SandboxId): void {
    try {
      const channel = this.#stream.subscribe(
        { kind: 'stats', sandbox, everyMs: STATS_EVERY_MS },
        {
          onMessage: (message) => {
            if (message.type !== 'stats' || message.stats === undefined) return;
            this.set(new Map(this.state).set(sandbox, message.stats));
          },
        },
      );
      this.#channels.set(sandbox, channel);
    } catch {
      // More than one page may follow: this one's disk is not watched.
    }
  }
}
