import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallId, FileFacts, FileStep, SandboxId, TerminalId } from '@sandglass/protocol';
import { encodeFileSteps } from '@sandglass/replay';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type SandboxLog, type Track, trackFrame } from '../recorder/log.ts';
import { openLogStore } from '../recorder/logStore.ts';
import { cutAround } from './cutAround.ts';
import { OutputText } from './outputText.ts';
import { SearchIndex } from './searchIndex.ts';
import { createSearch } from './service.ts';
import { parseTerms } from './terms.ts';

const sandbox = 'sbx_aaaaaaaaaa' as SandboxId;
const other = 'sbx_bbbbbbbbbb' as SandboxId;
const terminal = 'trm_aaaaaaaaaa' as TerminalId;
const track: Track = `terminal:${terminal}`;
const bytes = (text: string) => new TextEncoder().encode(text);

function openWorld() {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-search-'));
  const store = openLogStore({ directory });
  const errors: unknown[] = [];
  const open = () =>
    createSearch({ index: new SearchIndex(join(directory, 'search.db')), onError: (_, error) => errors.push(error) });
  return {
    log: (id = sandbox): SandboxLog => store.open(id, { createdAtMs: Date.now() }),
    open,
    errors,
    [Symbol.dispose]() {
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const asked = (log: SandboxLog, command: string) =>
  log.append({
    kind: 'call.asked',
    actor: 'agent',
    data: {
      call: 'cal_aaaaaaaaaa' as CallId,
      door: 'native',
      name: 'exec',
      summary: `exec ${command}`,
      arguments: { command },
    },
  });
const opened = (log: SandboxLog) =>
  log.append({
    kind: 'terminal.opened',
    actor: 'person',
    data: { terminal, name: 'bash', owner: 'person', columns: 80, rows: 24 },
  });
const find = (search: ReturnType<typeof createSearch>, words: string) => search.find({ words, sandbox, limit: 100 });

afterEach(() => void vi.useRealTimers());

describe('search', () => {
  test('finds what was asked and what was printed, by any part of it, where it happened', async () => {
    using world = openWorld();
    const log = world.log();
    const call = asked(log, 'grep -rn discount src/checkout.ts');
    opened(log);
    const printed = log.appendFrame(track, trackFrame.output, bytes('\x1b[31mexpected -12.5\x1b[0m to be greater'));
    const search = world.open();
    search.follow(log, 0);
    await vi.waitFor(() => expect(find(search, 'checkout').complete).toBe(true));
    expect(find(search, 'eckout.ts').items).toMatchObject([{ sandbox, seq: call.seq, source: 'call' }]);
    const [found] = find(search, 'EXPECTED "-12.5 to"').items;
    expect(found).toMatchObject({ seq: printed.seq, atUs: printed.atUs, source: 'output', place: terminal });
    expect(found!.matches.map(([start, end]) => found!.text.slice(start, end))).toEqual(['expected', '-12.5 to']);
    expect(find(search, 'nowhere').items).toEqual([]);
    search.close();
    expect(world.errors).toEqual([]);
  });

  test('finds the titles of windows, where they were new', async () => {
    using world = openWorld();
    const log = world.log();
    const windows = (titles: readonly string[], opened: readonly number[], titled: readonly number[] = []) =>
      log.append({
        kind: 'windows.changed',
        actor: 'system',
        data: {
          windows: titles.map((title, id) => ({ id, title, application: 'Chromium' })),
          active: 0,
          opened: [...opened],
          closed: [],
          titled: titled.map((id) => ({ id, before: '' })),
        },
      });
    const first = windows(['Invoice 4711 – Ledger'], [0]);
    windows(['Invoice 4711 – Ledger', 'Mail'], [1]);
    const second = windows(['Invoice 4712 – Ledger', 'Mail'], [], [0]);
    const search = world.open();
    search.follow(log, 0);
    await vi.waitFor(() => expect(find(search, 'Invoice').complete).toBe(true));
    expect(find(search, 'invoice').items).toMatchObject([
      { seq: first.seq, source: 'window' },
      { seq: second.seq, source: 'window' },
    ]);
    expect(search.find({ words: 'mail', sandbox, source: 'window', limit: 5 }).total).toBe(1);
    search.close();
  });

  test('finds what was written into files, where it was new, and not again where it stayed', async () => {
    using world = openWorld();
    const log = world.log();
    const tell = (...steps: FileStep[]) => log.appendFrame('files', trackFrame.fileSteps, encodeFileSteps(steps));
    const facts = (content: string): FileFacts => ({
      kind: 'file',
      content: { from: 'blob', hash: log.blobs.put(bytes(content)) },
    });
    const path = '/home/user/cart.py';
    tell({ do: 'file', path, version: 1 });
    const first = tell({ do: 'know', version: 1, facts: facts('def total():\n  return 1\n') });
    const search = world.open();
    search.follow(log, 0);
    await vi.waitFor(() => expect(find(search, 'total()').total).toBe(1));
    tell({ do: 'file', path, version: 2 });
    const second = tell({ do: 'know', version: 2, facts: facts('def total():\n  return discount\n') });
    // A whole tree says it again, and is not read again.
    log.appendFrame(
      'files',
      trackFrame.fileTree,
      encodeFileSteps([{ do: 'file', path, version: 2, facts: facts('') }]),
    );
    tell({ do: 'file', path: '/home/user/x.bin', version: 3, facts: facts('discount\0') });
    await vi.waitFor(() => expect(find(search, 'discount').complete).toBe(true));
    expect(find(search, 'discount').items).toMatchObject([{ seq: second.seq, source: 'file', place: path }]);
    expect(find(search, 'total()').items).toMatchObject([{ seq: first.seq, source: 'file', place: path }]);
    search.close();
    expect(world.errors).toEqual([]);
  });

  test('follows what comes, and goes on after a restart where it was', async () => {
    using world = openWorld();
    const log = world.log();
    let search = world.open();
    search.follow(log, 0);
    await vi.waitFor(() => expect(find(search, 'abc').complete).toBe(true));
    opened(log);
    log.appendFrame(track, trackFrame.output, bytes('first words\r\n'));
    await vi.waitFor(() => expect(find(search, 'first words').total).toBe(1));
    search.close();
    log.appendFrame(track, trackFrame.output, bytes('second words\r\n'));
    search = world.open();
    search.follow(log, 0);
    await vi.waitFor(() =>
      expect(find(search, 'words').items.map(({ text }) => text.trim())).toEqual(['first words', 'second words']),
    );
    // The terminal was opened before the restart, and still speaks.
    log.appendFrame(track, trackFrame.output, bytes('third words\r\n'));
    await vi.waitFor(() => expect(find(search, 'words').total).toBe(3));
    search.close();
  });

  test('what ended is read to its last word, though its reader was still behind, or the server was killed before', async () => {
    using world = openWorld();
    const log = world.log();
    for (let i = 0; i < 1_100; i++) asked(log, `step ${i}`);
    let search = world.open();
    const end = search.follow(log, 0);
    asked(log, 'while it caught up');
    end();
    await vi.waitFor(() => expect(find(search, 'while it caught up').total).toBe(1));
    expect(find(search, 'step 1099').complete).toBe(true);
    search.close();
    asked(log, 'its last word');
    search = world.open();
    const ended = { sandbox, lastSeq: log.lastSeq, zeroMs: 0 };
    await search.catchUp(ended, () => log);
    expect(find(search, 'its last word')).toMatchObject({ total: 1, complete: true });
    await search.catchUp(ended, () => expect.unreachable('nothing is missing'));
    search.close();
    expect(world.errors).toEqual([]);
  });

  test('a recording is found in its own, all are found together, one that is removed is not found', async () => {
    using world = openWorld();
    const search = world.open();
    asked(world.log(), 'shared secret');
    asked(world.log(other), 'shared secret');
    for (const id of [sandbox, other]) search.follow(world.log(id), 0);
    await vi.waitFor(() =>
      expect(search.find({ words: 'shared', limit: 9 })).toMatchObject({ total: 2, complete: true }),
    );
    expect(find(search, 'shared').items.map((item) => item.sandbox)).toEqual([sandbox]);
    expect(search.find({ words: 'shared', source: 'output', limit: 9 }).total).toBe(0);
    search.remove(other);
    expect(search.find({ words: 'shared', limit: 9 }).items.map((item) => item.sandbox)).toEqual([sandbox]);
    search.close();
  });

  test('what a person types is no syntax', () => {
    const index = new SearchIndex(':memory:');
    index.add(
      sandbox,
      [{ seq: 1, atUs: 0, wallMs: 0, source: 'call', place: null, text: 'a 100% "NEAR(x)" text*_b' }],
      1,
    );
    fc.assert(
      fc.property(fc.string({ minLength: 3 }), (words) => {
        try {
          index.find({ words, limit: 1 });
        } catch (error) {
          expect(error).toMatchObject({ code: 'badRequest' });
        }
      }),
    );
    const total = (words: string) => index.find({ words, limit: 1 }).total;
    expect([
      total('NEAR(x)'),
      total('text*_b'),
      total('100% a'),
      total('100% zz'),
      total('100% _b'),
      total('OR text'),
    ]).toEqual([1, 1, 1, 0, 1, 0]);
    expect(() => total('a b')).toThrow(/3 characters/);
    index.close();
  });
});

test('words, and phrases in quotes', () => {
  expect(parseTerms('npm "exit 1" ok')).toEqual({
    all: ['npm', 'exit 1', 'ok'],
    match: '"npm" AND "exit 1"',
    short: ['ok'],
  });
});

test('a text is cut around its first match, on one line', () => {
  const { text, matches } = cutAround(`${'x'.repeat(500)} the\nplace ${'y'.repeat(500)}`, ['place']);
  expect(text).toContain(' the place ');
  expect(matches.map(([start, end]) => text.slice(start, end))).toEqual(['place']);
  expect(text.length).toBeLessThanOrEqual(240);
});

test('output is read without its escape sequences, however it is cut', () => {
  const whole = bytes('\x1b]0;title\x07\x1b[1mzażółć\x1b[0m gęślą\r\n');
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length), { maxLength: 6 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
      const reader = new OutputText();
      const text = at.slice(1).map((end, i) => reader.push(whole.subarray(at[i], end)));
      expect(text.join('')).toBe('zażółć gęślą\n');
    }),
  );
});
