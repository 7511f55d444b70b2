/** A bundle that is made while it goes out: one segment in memory at a time, and nothing any more once nobody takes it. */
import { Readable } from 'node:stream';
import {
  type BlobHash,
  type Checkpoint,
  type LogEvent,
  type Note,
  type Run,
  type Sandbox,
  type Terminal,
  wallMsAt,
} from '@sandglass/protocol';
import { writeBundle } from '@sandglass/replay/bundle';
import type { ConversationService } from '../recorder/conversations/service.ts';
import type { SandboxLog, Track } from '../recorder/log.ts';
import { STATE_EVENTS } from '../recorder/logRules.ts';
import { whatIsMissing } from '../recorder/whatIsMissing.ts';
import { conversationsOf } from './conversations.ts';
import { cutTracks, type Range } from './cut.ts';
import { blobsOf } from './files.ts';

export interface BundleFacts {
  readonly product: string;
  readonly sandbox: Sandbox;
  readonly terminals: readonly Terminal[];
  readonly checkpoints: readonly Checkpoint[];
  readonly runs: readonly Run[];
  readonly notes: readonly Note[];
  readonly conversations: Pick<ConversationService, 'before' | 'words'>;
  readonly log: SandboxLog;
  readonly range: { readonly fromUs: number; readonly toUs: number | undefined } | null;
  readonly signal: AbortSignal;
}

const PAGE_EVENTS = 1_000;

export function bundleStream(facts: BundleFacts): Readable {
  const { product, sandbox, log, signal } = facts;
  const endUs = sandbox.endedAtMs === null ? log.now() : log.lastUs;
  const range =
    facts.range === null
      ? null
      : { fromUs: Math.min(facts.range.fromUs, endUs), toUs: Math.min(facts.range.toUs ?? endUs, endUs) };
  const tracks = cutTracks(log, range);
  const lengths = new Map(
    tracks.flatMap(({ track, segments }) =>
      segments.map(({ number, sizeBytes }) => [`${track}/${number}`, sizeBytes] as const),
    ),
  );
  // A running sandbox goes on; what comes after this moment is not in the file.
  const { lastSeq } = log;
  const nowUs = range?.toUs ?? endUs;
  const fromUs = range?.fromUs ?? 0;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const { id, createdAtMs, endedAtMs, parent } = sandbox;
  const said = conversationsOf(facts.conversations, log, { sandbox: id, fromUs, toUs: nowUs, lastSeq });
  const words = new Map([...said.words].map((hash) => [hash, facts.conversations.words(id, hash)]));
  const isThere = (hash: BlobHash) => words.get(hash) !== undefined;
  const nowMs = wallMsAt(sandbox, nowUs);
  void writeBundle(
    writable,
    {
      product,
      sandbox: bundleSandbox(sandbox),
      range,
      recording: { sandbox: id, createdAtMs, endedAtMs, nowUs, lastSeq, parent, tracks, ...whatIsMissing(log) },
      terminals: facts.terminals.filter(({ createdAtMs: openedAtMs }) => openedAtMs <= nowMs),
      checkpoints: facts.checkpoints.filter(({ atMs }) => atMs <= nowMs),
      runs: facts.runs.filter(({ startedAtUs, endedAtUs }) => startedAtUs <= nowUs && (endedAtUs ?? nowUs) >= fromUs),
      notes: facts.notes.filter(({ atUs }) => atUs >= fromUs && atUs <= nowUs),
      segment: (track, number) =>
        log.segmentBytes(track as Track, number, { offset: 0, length: lengths.get(`${track}/${number}`)! }),
      conversations: said.conversations,
      blobs: new Set([...blobsOf(log, tracks), ...[...words.keys()].filter(isThere)]),
      blob: (hash) => words.get(hash)?.() ?? new Uint8Array(log.blobs.read(hash)),
      events: () => eventPages(log, { lastSeq, range }),
    },
    signal,
    // Whoever reads hears of it: the connection breaks off, so that half a file is never taken for a whole one.
  ).catch((error) => writable.abort(error).catch(() => undefined));
  return Readable.fromWeb(readable as Parameters<typeof Readable.fromWeb>[0]);
}

function* eventPages(
  log: SandboxLog,
  { lastSeq, range }: { lastSeq: number; range: Range | null },
): Generator<LogEvent[]> {
  // What was so when the range begins.
  const state = range === null || range.fromUs === 0 ? undefined : log.lastOf(STATE_EVENTS, range.fromUs - 1);
  if (state !== undefined) yield [state];
  let from = 1;
  for (;;) {
    const page = log.events(from, PAGE_EVENTS);
    const wanted = page.filter(
      ({ seq, atUs }) => seq <= lastSeq && (range === null || (atUs >= range.fromUs && atUs <= range.toUs)),
    );
    if (wanted.length > 0) yield wanted;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_EVENTS || last.seq >= lastSeq) return;
    if (range !== null && last.atUs > range.toUs) return;
    from = last.seq + 1;
  }
}

/** What is known of the machine, without what is its owner's: environment, rules, limits. */
function bundleSandbox(sandbox: Sandbox) {
  const { id, name, labels, driver, level, image, reason, screen, capabilities, createdAtMs, endedAtMs } = sandbox;
  return { id, name, labels, driver, level, image, reason, screen, capabilities, createdAtMs, endedAtMs };
}
