/** Answers for a bundle as a server does, as far as what shows the past asks. Nothing is changed by it, and nothing leaves the page. */

import type { ChannelHandlers, ChannelMessage, Opened, Sandglass } from '@sandglass/client';
import { AppError, type LogEvent, type Sandbox, type Still, wallMsAt } from '@sandglass/protocol';
import { decodeStill, encodeTimelineRows, Recording, type StoredStill, timelineRowOf } from '@sandglass/replay';
import { BundleConversations, type BundleSource } from '@sandglass/replay/bundle';
import type { Server } from '../../platform/client.tsx';
import { ConnectionModel } from '../../platform/connection.ts';
import { bundleChanges, windowsAt } from './bundleChanges.ts';
import { sandboxOf } from './sandboxOf.ts';

/** As many as the list of what happened holds. */
const TAIL_EVENTS = 5_000;
/** A strip of a long recording is drawn from some of its files of pictures; each is up to 4 MB. */
const MOST_STILL_SEGMENTS = 12;

interface Asked {
  readonly query?: Readonly<Record<string, number>>;
  readonly params?: { readonly atUs?: number; readonly conversation?: string };
}

export function bundleServer(source: BundleSource): Server {
  const sandbox = sandboxOf(source.manifest);
  const stills = new BundleStills(source);
  const changesAt = bundleChanges(source);
  const conversations = new BundleConversations(source);
  const answers: Record<string, (asked: Asked) => unknown> = {
    sandboxes: () => ({ items: [sandbox], next: null }),
    sandbox: () => sandbox,
    terminals: () => ({ items: source.terminals }),
    checkpoints: () => ({ items: source.checkpoints }),
    notes: () => ({ items: source.notes, next: null }),
    windows: async ({ query = {} }) => await windowsAt(source, query['untilUs'] ?? Number.MAX_SAFE_INTEGER),
    conversations: async ({ query = {} }) => ({ items: await conversations.list(query['atUs']), next: null }),
    conversation: async ({ params = {}, query = {} }) => {
      const found = await conversations.get(params.conversation ?? '', query['atUs']);
      if (found === undefined) throw new AppError('notFound', 'At this moment there was no such conversation.');
      return found;
    },
    changes: async ({ query = {} }) => await changesAt(query),
    events: async ({ query = {} }) => {
      const { from = 0, limit = 500 } = query;
      return { items: await source.events(from, limit), lastSeq: sandbox.lastSeq };
    },
    timeline: async ({ query = {} }) => await timelinePage(source, sandbox, query['afterSeq'] ?? 0),
    stills: async ({ query = {} }) => {
      const { fromUs = 0, toUs = Number.MAX_SAFE_INTEGER, count = 100 } = query;
      return await stills.list({ fromUs, toUs, count });
    },
    still: async ({ params = {} }) => (await stills.at(params.atUs ?? 0)).jpeg,
  };
  const client = {
    url: '',
    request: async (name: string, asked: Asked = {}) => {
      const answer = answers[name];
      if (answer === undefined) throw new AppError('notSupported', 'A recording in a file cannot do this.');
      return await answer(asked);
    },
    stream: {
      state: { phase: 'open' },
      onState: () => () => undefined,
      retryNow: () => undefined,
      subscribe: (topic: { kind: string }, handlers: ChannelHandlers) => follow(source, topic.kind, handlers),
    },
  } as unknown as Sandglass;
  return { client, connection: new ConnectionModel(client.stream), offline: true };
}

/** The newest events, and then the end: a file gets no more. */
function follow(source: BundleSource, kind: string, handlers: ChannelHandlers): { close(): void } {
  let open = true;
  const tell = async () => {
    if (kind !== 'events') throw new AppError('notSupported', 'A recording in a file is not live.');
    const events = await lastEvents(source, TAIL_EVENTS);
    if (!open) return;
    void handlers.onOpened?.({ resumed: false } as Opened);
    for (const event of events) void handlers.onMessage?.({ type: 'event', channel: 1, event } as ChannelMessage);
    handlers.onEnded?.({ reason: 'sandboxEnded' });
  };
  tell().catch((error: Error) => {
    if (open) handlers.onEnded?.({ reason: 'error', error });
  });
  const close = () => {
    open = false;
  };
  return { close };
}

async function lastEvents(source: BundleSource, most: number): Promise<readonly LogEvent[]> {
  let count = 0;
  const from = source.manifest.events.findLast((file) => {
    count += file.count;
    return count >= most;
  });
  return (await source.events(from?.firstSeq ?? 0, most * 2)).slice(-most);
}

const PAGE_EVENTS = 5_000;

async function timelinePage(source: BundleSource, sandbox: Sandbox, afterSeq: number) {
  const events = await source.events(afterSeq + 1, PAGE_EVENTS);
  const rows = events.flatMap((event) => timelineRowOf(event) ?? []);
  const more = events.length === PAGE_EVENTS;
  const { nowUs } = source.manifest.recording;
  // The clock of a file stands still where it ends, also when the sandbox went on.
  const end = more ? undefined : timelineRowOf(endOf(sandbox, nowUs));
  const throughSeq = more ? events.at(-1)!.seq : sandbox.lastSeq;
  return {
    columns: encodeTimelineRows(end === undefined ? rows : [...rows, end]),
    next: more ? throughSeq : null,
    throughSeq,
    nowUs,
  };
}

const endOf = (sandbox: Sandbox, atUs: number): LogEvent => ({
  ...{ seq: sandbox.lastSeq + 1, atUs, wallMs: Math.round(wallMsAt(sandbox, atUs)), actor: 'system', by: null },
  kind: 'sandbox.phase',
  data: { from: 'running', to: 'dead', asked: null, reason: null },
});

/** The small pictures that a recording keeps. */
class BundleStills {
  readonly #source: BundleSource;
  #recording: Promise<Recording> | undefined;

  constructor(source: BundleSource) {
    this.#source = source;
  }

  async list({ fromUs, toUs, count }: { fromUs: number; toUs: number; count: number }) {
    const recording = await this.#open();
    const near = recording.segments('stills').filter((each) => each.lastUs >= fromUs && each.firstUs <= toUs);
    const chosen = thin(near, MOST_STILL_SEGMENTS);
    const found: Still[] = [];
    for (const { firstSeq, lastUs } of chosen)
      for (const frame of await recording.framesBetween('stills', firstSeq - 1, Math.min(lastUs, toUs))) {
        const { jpeg: _, ...still } = decodeStill(frame.payload);
        if (still.atUs >= fromUs) found.push(still);
      }
    return { items: thin(found, count), total: found.length, nowUs: this.#source.manifest.recording.nowUs };
  }

  async at(atUs: number): Promise<StoredStill> {
    const recording = await this.#open();
    const segment = recording.segments('stills').findLast(({ firstUs }) => firstUs <= atUs);
    const frames = segment === undefined ? [] : await recording.framesBetween('stills', segment.firstSeq - 1, atUs);
    const last = frames.at(-1);
    if (last === undefined) throw new AppError('notFound', 'There is no picture of that moment.');
    return decodeStill(last.payload);
  }

  #open(): Promise<Recording> {
    this.#recording ??= Recording.open(this.#source);
    return this.#recording;
  }
}

/** At most so many of them, evenly, the last among them. */
function thin<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, at) => items[Math.round((at * (items.length - 1)) / Math.max(1, most - 1))]!);
}
