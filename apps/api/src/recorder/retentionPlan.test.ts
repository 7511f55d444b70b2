import type { SandboxId } from '@sandglass/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstKept } from './cutting.ts';
import { trackFrame } from './log.ts';
import { bytesOf, type HeldRecording, planRetention } from './retentionPlan.ts';

const DAY_MS = 86_400_000;
const HOUR_US = 3_600_000_000;
const nowMs = 100 * DAY_MS;

const segments = (count: number, options: { starts?: number; everyUs?: number; sizeBytes?: number } = {}) => {
  const { starts = trackFrame.screenKey, everyUs = HOUR_US, sizeBytes = 100 } = options;
  return Array.from({ length: count }, (_, i) => ({
    starts: starts as typeof trackFrame.screenKey,
    firstUs: i * everyUs,
    lastUs: (i + 1) * everyUs - 1,
    sizeBytes,
  }));
};

const recording = (name: string, more: Partial<HeldRecording> = {}): HeldRecording => ({
  sandbox: `sbx_${name}` as SandboxId,
  zeroMs: nowMs - 10 * DAY_MS,
  endedAtMs: null,
  beginsUs: 0,
  maxAgeMs: null,
  maxBytes: null,
  tracks: [{ track: 'screen', segments: segments(240) }],
  otherBytes: 0,
  ...more,
});

describe('what goes', () => {
  it('is nothing without limits, or within them', () => {
    expect(planRetention([recording('a')], { nowMs, totalBytes: null })).toEqual([]);
    const within = recording('a', { maxAgeMs: 30 * DAY_MS, maxBytes: 24_000 });
    expect(planRetention([within], { nowMs, totalBytes: 24_000 })).toEqual([]);
  });

  it('by age: what ended long ago whole, of the rest its beginning', () => {
    const old = recording('old', { endedAtMs: nowMs - 3 * DAY_MS, maxAgeMs: 2 * DAY_MS });
    const runs = recording('runs', { maxAgeMs: 2 * DAY_MS });
    expect(planRetention([old, runs], { nowMs, totalBytes: null })).toEqual([
      { kind: 'remove', sandbox: 'sbx_old', because: 'age' },
      { kind: 'cut', sandbox: 'sbx_runs', beginsUs: 8 * 24 * HOUR_US, because: 'age' },
    ]);
  });

  it('by size of one: the oldest, so that the rest fits and can be read', () => {
    const [step] = planRetention([recording('a', { maxBytes: 1_000 })], { nowMs, totalBytes: null });
    expect(step).toMatchObject({ kind: 'cut', beginsUs: 230 * HOUR_US, because: 'size' });
  });

  it('by size of all: what ended first, then what runs from its oldest moment on', () => {
    const held = [
      recording('newer', { endedAtMs: nowMs - DAY_MS }),
      recording('older', { endedAtMs: nowMs - 2 * DAY_MS }),
      recording('runs'),
    ];
    expect(planRetention(held, { nowMs, totalBytes: 48_000 })).toEqual([
      { kind: 'remove', sandbox: 'sbx_older', because: 'size' },
    ]);
    const steps = planRetention(held, { nowMs, totalBytes: 500 });
    expect(steps.map(({ kind, sandbox }) => `${kind} ${sandbox}`).sort()).toEqual([
      'cut sbx_runs',
      'remove sbx_newer',
      'remove sbx_older',
    ]);
  });

  it('never is the last minute of what runs, nor what a terminal needs to be drawn', () => {
    const terminal = [
      { ...segments(1)[0]!, starts: trackFrame.output },
      ...segments(3, { starts: trackFrame.output }).slice(1),
    ];
    const one = recording('a', { maxBytes: 1, tracks: [{ track: 'terminal:trm_a', segments: terminal }] });
    expect(planRetention([one], { nowMs, totalBytes: 1 })).toEqual([]);
    const young = recording('b', {
      zeroMs: nowMs - 50_000,
      maxBytes: 1,
      tracks: [{ track: 'screen', segments: segments(5, { everyUs: 10_000_000 }) }],
    });
    expect(planRetention([young], { nowMs, totalBytes: 1 })).toEqual([]);
  });

  it('leaves every track one that can be read from the cut on, and no more than the limits where that can be', () => {
    const track = fc.record({
      track: fc.constantFrom('screen', 'stats', 'stills', 'terminal:trm_a', 'exec:exe_a'),
      segments: fc
        .array(
          fc.record({
            starts: fc.constantFrom(trackFrame.screenKey, trackFrame.output, trackFrame.snapshot),
            spanUs: fc.integer({ min: 1, max: 100 * HOUR_US }),
            sizeBytes: fc.integer({ min: 1, max: 1_000 }),
          }),
          { minLength: 1, maxLength: 12 },
        )
        .map((list) => {
          let at = 0;
          return list.map(({ starts, spanUs, sizeBytes }) => {
            const firstUs = at;
            at += spanUs;
            return { starts, firstUs, lastUs: at - 1, sizeBytes };
          });
        }),
    });
    const held = fc.array(
      fc.record({
        ended: fc.option(fc.integer({ min: 0, max: 9 * DAY_MS })),
        maxAgeMs: fc.option(fc.integer({ min: DAY_MS, max: 20 * DAY_MS })),
        maxBytes: fc.option(fc.integer({ min: 1, max: 20_000 })),
        tracks: fc.array(track, { maxLength: 4 }),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(held, fc.option(fc.integer({ min: 0, max: 30_000 })), (list, totalBytes) => {
        const all = list.map(({ ended, ...rest }, i) =>
          recording(`r${i}`, { ...rest, endedAtMs: ended === null ? null : nowMs - ended }),
        );
        const steps = planRetention(all, { nowMs, totalBytes });
        expect(new Set(steps.map(({ sandbox }) => sandbox)).size).toBe(steps.length);
        for (const step of steps) {
          const one = all.find(({ sandbox }) => sandbox === step.sandbox) as HeldRecording;
          if (step.kind === 'remove') {
            expect(one.endedAtMs).not.toBeNull();
            continue;
          }
          for (const { track: name, segments: list } of one.tracks) {
            const first = firstKept(name, list, step.beginsUs);
            if (first === 0) continue;
            expect(list[first]!.firstUs <= step.beginsUs || list[first - 1]!.lastUs < step.beginsUs).toBe(true);
          }
        }
        if (totalBytes === null) return;
        const kept = all.filter((one) => !steps.some((step) => step.kind === 'remove' && step.sandbox === one.sandbox));
        const isEnded = (one: HeldRecording) => one.endedAtMs !== null;
        // Something that ended is kept only where all of it fits.
        if (kept.some(isEnded)) {
          const bytes = kept.reduce((sum, one) => {
            const step = steps.find(({ sandbox }) => sandbox === one.sandbox);
            if (step?.kind !== 'cut') return sum + bytesOf(one);
            const cut = one.tracks.map(({ track: name, segments: list }) => ({
              track: name,
              segments: list.slice(firstKept(name, list, step.beginsUs)),
            }));
            return sum + bytesOf({ ...one, tracks: cut });
          }, 0);
          expect(bytes).toBeLessThanOrEqual(totalBytes);
        }
      }),
      { numRuns: 300 },
    );
  });
});
