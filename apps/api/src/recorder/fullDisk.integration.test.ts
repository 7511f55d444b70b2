/** A disk that is really full: a small one of its own, mounted for the test. Without root there is none. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallId, SandboxId, TerminalId } from '@sandglass/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SandboxLog, trackFrame } from './log.ts';
import { openLogStore } from './logStore.ts';

const disk = mkdtempSync(join(tmpdir(), 'sandglass-full-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk]).status === 0;
if (!mounted) process.stdout.write('skipped: a disk to fill cannot be mounted here (no root)\n');

const id = 'sbx_aaaaaaaaaa' as SandboxId;
const track = 'terminal:trm_aaaaaaaaaa' as `terminal:${TerminalId}`;
const directory = join(disk, 'log');
const ballast = join(disk, 'ballast');
const open = () => openLogStore({ directory, timers: { after: () => () => {} } });
const call = (n: number) =>
  ({
    kind: 'call.asked',
    actor: 'agent',
    data: { call: `cal_aaaaaaaaa${'abcdefg'[n]}` as CallId, door: 'native', name: 'exec', summary: '', arguments: {} },
  }) as const;
const said = (log: SandboxLog) => Buffer.concat([...log.frames(track, 0)].map(({ payload }) => payload)).toString();

/** Fills the disk to its last page. */
function fill(): void {
  for (let size = 1_048_576; size >= 4096; size /= 4)
    for (;;) {
      try {
        writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' });
      } catch {
        break;
      }
    }
}

beforeAll(() => mkdirSync(directory, { recursive: true }));
afterAll(() => {
  // Should the test have failed with its files open.
  if (mounted) spawnSync('umount', ['--lazy', disk]);
  rmSync(disk, { recursive: true, force: true });
});

it.skipIf(!mounted)('stops loudly, refuses what cannot be recorded, corrupts nothing, and goes on by itself', () => {
  let store = open();
  let log = store.open(id, { createdAtMs: Date.now() });
  log.append(call(0));
  log.appendOutput(track, trackFrame.output, Buffer.from('before '));
  fill();
  expect(statfsSync(disk).bavail).toBe(0);

  // The pages that SQLite and the segment have already may still take some.
  const refused = () => {
    for (let i = 0; i < 10_000; i++) {
      try {
        log.append(call(1));
      } catch (error) {
        return error;
      }
    }
    return null;
  };
  expect(refused()).toMatchObject({ code: 'noSpace', message: expect.stringContaining('Make room') });
  expect(log.capture.phase).toBe('noSpace');
  const lastAcknowledged = log.events(0, 100_000).filter((event) => event.kind === 'call.asked').length;
  // The program is not stopped by it, and who looks sees it.
  log.appendOutput(track, trackFrame.output, Buffer.alloc(500_000, 'x'));
  log.appendOutput(track, trackFrame.output, Buffer.from('seen'));
  expect(said(log).endsWith('seen')).toBe(true);
  expect(said(log).startsWith('before ')).toBe(true);
  // What only tells what happened waits for room.
  log.append({
    kind: 'terminal.exited',
    actor: 'system',
    data: { terminal: 'trm_aaaaaaaaaa' as TerminalId, exit: { code: 0, signal: null } },
  });
  store.checkSpace();
  expect(log.capture.phase).toBe('noSpace');

  rmSync(ballast);
  store.checkSpace();
  expect(log.capture).toEqual({ phase: 'on' });
  log.append(call(2));
  log.appendOutput(track, trackFrame.output, Buffer.from('after'));
  const kinds = () => log.events(0, 100_000).map((event) => event.kind);
  expect(kinds().slice(-4)).toEqual(['recorder.stopped', 'terminal.exited', 'recorder.resumed', 'call.asked']);
  expect(kinds().filter((kind) => kind === 'call.asked')).toHaveLength(lastAcknowledged + 1);
  expect(said(log)).toBe('before after');
  const position = log.outputBytes(track, trackFrame.output);
  expect(position).toBe('before '.length + 500_000 + 'seen'.length + 'after'.length);

  store.close();
  store = open();
  log = store.open(id, { createdAtMs: Date.now() });
  expect(said(log)).toBe('before after');
  expect(kinds().slice(-4)).toEqual(['recorder.stopped', 'terminal.exited', 'recorder.resumed', 'call.asked']);
  expect(log.outputBytes(track, trackFrame.output)).toBe(position);
  store.close();
});
