import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessInfo, SandboxId } from '@sandglass/protocol';
import { decodeProcesses, processesAt, Recording, type RecordingSource } from '@sandglass/replay';
import { afterAll, describe, expect, it } from 'vitest';
import { openLogStore } from './logStore.ts';
import { differs, ProcessRecorder, sampleOf } from './processTrack.ts';

const directory = mkdtempSync(join(tmpdir(), 'sandglass-processes-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const process = (pid: number, more: Partial<ProcessInfo> = {}): ProcessInfo => ({
  ...{ pid, parent: 1, user: 'user', command: 'python3', arguments: ['python3', 'serve.py'], state: 'S' },
  ...{ cpuUsec: 0, memoryBytes: 10_000_000, startedAtMs: pid },
  ...more,
});

describe('a sample of the processes', () => {
  it('says how much of a core each used, and keeps those that do most', () => {
    const before = { atMs: 0, processes: Array.from({ length: 100 }, (_, at) => process(at + 1)) };
    const now = { atMs: 10_000, processes: before.processes.map((one) => ({ ...one, cpuUsec: one.pid * 10_000 })) };
    const sample = sampleOf(now, before);
    expect(sample.count).toBe(100);
    expect(sample.items).toHaveLength(48);
    expect(sample.items.at(-1)).toMatchObject({ pid: 100, share: 0.1 });
    expect(sample.items[0]?.pid).toBe(53);
  });

  it('is worth keeping when something differs', () => {
    const idle = { atMs: 0, processes: [process(1), process(2)] };
    const first = sampleOf(idle, undefined);
    const later = (...processes: ProcessInfo[]) => sampleOf({ atMs: 10_000, processes }, idle);
    expect(differs(later(process(1), process(2, { cpuUsec: 20_000, memoryBytes: 11_000_000 })), first)).toBe(false);
    expect(differs(later(process(1), process(2), process(3)), first)).toBe(true);
    expect(differs(later(process(1), process(2, { startedAtMs: 9 })), first)).toBe(true);
    expect(differs(later(process(1), process(2, { memoryBytes: 90_000_000 })), first)).toBe(true);
    const busy = later(process(1), process(2, { cpuUsec: 5_000_000 }));
    expect(differs(busy, first)).toBe(true);
    expect(differs(first, busy)).toBe(true);
  });
});

it('writes nothing while nothing changes, nothing of a private moment, no secret; and is read at any moment', async () => {
  const id = SandboxId.parse('sbx_aaaa');
  const store = openLogStore({ directory });
  const log = store.open(id, { createdAtMs: Date.now() });
  log.redactor.add('hunter2-secret');
  let running: ProcessInfo[] = [process(7, { arguments: ['curl', '-H', 'token: hunter2-secret'] })];
  let nowMs = 0;
  const recorder = new ProcessRecorder({
    running: () => [id],
    processes: async () => running,
    log: () => log,
    every: () => () => {},
    now: () => (nowMs += 10_000),
  });
  const frames = () => [...log.frames('processes', 0)];
  for (let times = 0; times < 5; times++) await recorder.sample();
  expect(frames()).toHaveLength(1);
  expect(Buffer.from(frames()[0]!.payload).toString()).not.toContain('hunter2');

  log.startPrivate({ actor: 'person', token: 'tok_a' }, { untilMs: 1 });
  running = [process(8, { arguments: ['my-own-program'] })];
  await recorder.sample();
  expect(frames()).toHaveLength(1);
  running = [process(9)];
  log.endPrivate({ actor: 'person', token: 'tok_a' }, 'done');
  await recorder.sample();
  expect(frames().map(({ payload }) => decodeProcesses(payload)?.items.map(({ pid }) => pid))).toEqual([[7], [9]]);

  const source = {
    index: async () => ({
      ...{ sandbox: id, createdAtMs: 0, endedAtMs: null, nowUs: log.now(), lastSeq: log.lastSeq, parent: null },
      tracks: log.segments(0),
    }),
    segment: async (_: string, number: number) => {
      const { sizeBytes } = log.segment('processes', number)!;
      return log.segmentBytes('processes', number, { offset: 0, length: sizeBytes });
    },
  } as unknown as RecordingSource;
  const recording = await Recording.open(source);
  const [first, second] = frames();
  const at = async (atUs: number) => (await processesAt(recording, atUs))?.items[0]?.pid;
  expect(await at(first!.atUs - 1)).toBeUndefined();
  expect(await at(second!.atUs - 1)).toBe(7);
  expect(await at(second!.atUs)).toBe(9);
  store.close();
});
