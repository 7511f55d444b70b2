/** A line of 300 MB, as a program prints that was given the wrong file: kept to its last byte, in little memory, and seen by who comes late. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { SandboxId, TerminalId } from '@sandglass/protocol';
import { encodeResize } from '@sandglass/replay';
import { expect, test } from 'vitest';
import { type Track, trackFrame } from './log.ts';
import { openLogStore } from './logStore.ts';
import { createTerminalRecorder } from './terminalRecorder.ts';

const terminal = 'trm_aaaaaaaaaa' as TerminalId;
const track: Track = `terminal:${terminal}`;
const PART = Buffer.alloc(1_000_000, 'x');
const PARTS = 300;

test('a line of 300 MB', { timeout: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-line-'));
  const store = openLogStore({ directory });
  const errors: unknown[] = [];
  const recorder = createTerminalRecorder({ onError: (_, error) => errors.push(error) });
  try {
    const log = store.open('sbx_aaaaaaaaaa' as SandboxId, { createdAtMs: Date.now() });
    log.appendFrame(track, trackFrame.resize, encodeResize({ columns: 80, rows: 24 }));
    const stop = recorder.follow(log, terminal);
    const beforeBytes = process.memoryUsage().rss;
    let mostBytes = 0;
    for (let part = 0; part < PARTS; part++) {
      log.appendFrame(track, trackFrame.output, PART);
      mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
      await setImmediate();
    }
    log.appendFrame(track, trackFrame.output, Buffer.from('\r\nthe-end'));
    const { drawing } = await recorder.snapshot(log, terminal);
    mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
    expect(drawing).toContain('the-end');
    expect(mostBytes - beforeBytes).toBeLessThan(150_000_000);
    stop();
    let keptBytes = 0;
    for (const { kind, payload } of log.frames(track, 0)) if (kind === trackFrame.output) keptBytes += payload.length;
    expect(keptBytes).toBe(PARTS * PART.length + '\r\nthe-end'.length);
    expect(errors).toEqual([]);
  } finally {
    recorder.close();
    store.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
