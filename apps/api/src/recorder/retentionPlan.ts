/** What of the recordings goes, by age and by size: a pure plan. The oldest goes first; of what still runs, only its beginning. */
import type { SandboxId } from '@sandglass/protocol';
import { cutMoments, firstKept } from './cutting.ts';
import type { HeldTrack } from './log.ts';

export interface HeldRecording {
  readonly sandbox: SandboxId;
  /** Wall time of the moment 0. */
  readonly zeroMs: number;
  readonly endedAtMs: number | null;
  readonly beginsUs: number;
  /** null: no limit. */
  readonly maxAgeMs: number | null;
  readonly maxBytes: number | null;
  readonly tracks: readonly HeldTrack[];
  /** Versions of files. */
  readonly otherBytes: number;
}

export type RetentionStep =
  | { readonly kind: 'remove'; readonly sandbox: SandboxId; readonly because: 'age' | 'size' }
  | { readonly kind: 'cut'; readonly sandbox: SandboxId; readonly beginsUs: number; readonly because: 'age' | 'size' };

/** Of what still runs so much always stays: what a person looks at now. */
const ALWAYS_KEPT_US = 60_000_000;

/** At most one step for each recording; the result of the steps together is within the limits, as far as it can be. */
export function planRetention(
  held: readonly HeldRecording[],
  limits: { readonly nowMs: number; readonly totalBytes: number | null },
): RetentionStep[] {
  const steps = new Map<SandboxId, RetentionStep>();
  const left = new Map<SandboxId, number>();
  for (const one of held) {
    const step = byAge(one, limits.nowMs) ?? bySize(one, limits.nowMs, 0);
    const sized = step?.kind === 'cut' ? (bySize(one, limits.nowMs, step.beginsUs) ?? step) : step;
    if (sized) steps.set(one.sandbox, sized);
    left.set(one.sandbox, bytesAfter(one, sized));
  }
  const total = () => [...left.values()].reduce((sum, bytes) => sum + bytes, 0);
  const { totalBytes } = limits;
  if (totalBytes === null || total() <= totalBytes) return [...steps.values()];
  const ended = held.filter((one) => one.endedAtMs !== null).sort((a, b) => a.endedAtMs! - b.endedAtMs!);
  for (const one of ended) {
    if (total() <= totalBytes) break;
    steps.set(one.sandbox, { kind: 'remove', sandbox: one.sandbox, because: 'size' });
    left.set(one.sandbox, 0);
  }
  const running = held.filter((one) => one.endedAtMs === null);
  const moments = running
    .flatMap((one) => momentsOf(one, limits.nowMs).map((us) => ({ one, us, atMs: one.zeroMs + us / 1000 })))
    .sort((a, b) => a.atMs - b.atMs);
  for (const { one, us } of moments) {
    if (total() <= totalBytes) break;
    const step = steps.get(one.sandbox);
    if (step?.kind === 'cut' && step.beginsUs >= us) continue;
    const cut = { kind: 'cut', sandbox: one.sandbox, beginsUs: us, because: 'size' } as const;
    steps.set(one.sandbox, cut);
    left.set(one.sandbox, bytesAfter(one, cut));
  }
  return [...steps.values()];
}

export function bytesOf(one: HeldRecording): number {
  return bytesAfter(one, undefined);
}

function bytesAfter(one: HeldRecording, step: RetentionStep | undefined): number {
  if (step?.kind === 'remove') return 0;
  let bytes = one.otherBytes;
  for (const { track, segments } of one.tracks) {
    const first = step ? firstKept(track, segments, step.beginsUs) : 0;
    for (const { sizeBytes } of segments.slice(first)) bytes += sizeBytes;
  }
  return bytes;
}

function byAge(one: HeldRecording, nowMs: number): RetentionStep | undefined {
  if (one.maxAgeMs === null) return undefined;
  const oldestMs = nowMs - one.maxAgeMs;
  const { sandbox } = one;
  if (one.endedAtMs !== null && one.endedAtMs < oldestMs) return { kind: 'remove', sandbox, because: 'age' };
  const beginsUs = Math.min(Math.floor((oldestMs - one.zeroMs) * 1000), latestCut(one, nowMs));
  if (beginsUs <= one.beginsUs) return undefined;
  const cut = { kind: 'cut', sandbox, beginsUs, because: 'age' } as const;
  return bytesAfter(one, cut) < bytesOf(one) ? cut : undefined;
}

/** The first moment at which what is left fits, or the last possible one. */
function bySize(one: HeldRecording, nowMs: number, fromUs: number): RetentionStep | undefined {
  const { maxBytes, sandbox } = one;
  const cutAt = (beginsUs: number) => ({ kind: 'cut', sandbox, beginsUs, because: 'size' }) as const;
  if (maxBytes === null || bytesAfter(one, fromUs === 0 ? undefined : cutAt(fromUs)) <= maxBytes) return undefined;
  const moments = momentsOf(one, nowMs).filter((us) => us > fromUs);
  const fitting = moments.find((us) => bytesAfter(one, cutAt(us)) <= maxBytes) ?? moments.at(-1);
  return fitting === undefined ? undefined : cutAt(fitting);
}

function momentsOf(one: HeldRecording, nowMs: number): number[] {
  const latest = latestCut(one, nowMs);
  return one.tracks
    .flatMap(({ track, segments }) => cutMoments(track, segments))
    .filter((us) => us > one.beginsUs && us <= latest)
    .sort((a, b) => a - b);
}

function latestCut(one: HeldRecording, nowMs: number): number {
  if (one.endedAtMs !== null) return (one.endedAtMs - one.zeroMs) * 1000;
  return (nowMs - one.zeroMs) * 1000 - ALWAYS_KEPT_US;
}
