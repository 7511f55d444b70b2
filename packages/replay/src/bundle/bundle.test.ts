/** A bundle as it comes from strangers: read right when it is right, refused in words when it is not, never more than its parts. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LogEvent, Note, type RecordingIndex, Run, SandboxId, TerminalId, TokenId } from '@sandglass/protocol';
import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from '@zip.js/zip.js/index-native.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { trackFrame } from '../recording/frames.ts';
import { screenAt } from '../recording/moment.ts';
import { Recording } from '../recording/recording.ts';
import { encodeFrameHeader, encodeSegmentHeader, SEGMENT_HEADER_BYTES } from '../recording/segmentFormat.ts';
import { BundleConversations } from './bundleConversations.ts';
import { BundleError } from './bundleError.ts';
import { BundleSource } from './bundleSource.ts';
import { type ByteSource, memoryBytes } from './byteSource.ts';
import { bundleLimits } from './limits.ts';
import { type BundleContent, writeBundle } from './writeBundle.ts';

const sandbox = SandboxId.parse('sbx_aaaa');
const PAYLOAD = 2_000;

/** A file that one step told of. */
const note = new TextEncoder().encode('what was in it');
const noteHash = createHash('sha256').update(note).digest('hex');

const by = { token: TokenId.parse('tok_aaaa'), name: 'reviewer' };
const words = Note.parse({
  ...{ id: 'not_aaaa', sandbox, run: 'run_aaaa', atUs: 1_000, place: { x: 0.5, y: 0.5 }, text: 'here' },
  ...{ by, createdAtMs: 3, editedAtMs: null },
});
const run = Run.parse({
  ...{ id: 'run_aaaa', sandbox, sandboxName: 'one', hasScreen: true, origin: 'started', goal: 'Fix it' },
  ...{ agent: 'claude', door: 'native', outcome: 'succeeded', reason: null, cost: { usd: 0.1 }, labels: {} },
  ...{ traceparent: null, startedAtUs: 0, endedAtUs: 20_000, startedAtMs: 1, endedAtMs: 2, durationMs: 1 },
  ...{ calls: 3, errors: 1, interventions: 0, notes: 1, strip: { cellUs: 62_500, cells: 'e' } },
  verdict: { judgement: 'pass', reason: null, by, atMs: 3 },
});

/** One picture a segment, of `PAYLOAD` equal bytes. */
function segment(number: number): Uint8Array {
  const payload = new Uint8Array(PAYLOAD).fill(number);
  const frame = { seq: number, atUs: number * 1_000, kind: trackFrame.screenKey, payload };
  return Uint8Array.from([...encodeSegmentHeader(), ...encodeFrameHeader(frame), ...payload]);
}

const events = Array.from({ length: 3_000 }, (_, at) =>
  LogEvent.parse({
    ...{ seq: 100 + at, atUs: at * 10, wallMs: at, actor: 'agent', by: null },
    ...{ kind: 'sandbox.updated', data: { changed: [`thing ${at} `.repeat(30)] } },
  }),
);

function content(segments = 4): BundleContent {
  const recording: RecordingIndex = {
    ...{ sandbox, createdAtMs: 1, endedAtMs: 2, parent: null, nowUs: 30_000, lastSeq: 3_100 },
    tracks: [
      {
        track: 'screen',
        segments: Array.from({ length: segments }, (_, at) => ({
          ...{ number: at + 1, starts: trackFrame.screenKey, firstSeq: at + 1, lastSeq: at + 1 },
          ...{ firstUs: (at + 1) * 1_000, lastUs: (at + 1) * 1_000, sizeBytes: segment(at + 1).length, closed: true },
        })),
      },
    ],
  };
  return {
    product: '0.1.0',
    sandbox: {
      ...{ id: sandbox, name: 'one', labels: {}, driver: 'fake', level: 'L0', image: 'desktop', reason: null },
      ...{ screen: { width: 1280, height: 800 }, createdAtMs: 1, endedAtMs: 2 },
      capabilities: {
        ...{ isolation: 'process', freeze: 'none', checkpoint: { files: 'none', memory: false } },
        ...{ terminals: 'persistent', screen: 'rfb', egress: 'none', tracking: 'scan' },
        limits: { cpu: false, memory: false, pids: false, disk: false },
      },
    },
    range: null,
    recording,
    terminals: [
      {
        ...{ id: TerminalId.parse('trm_aaaa'), sandbox, name: 'shell', owner: 'agent', columns: 80, rows: 24 },
        ...{ createdAtMs: 1, exit: null, bytes: 0 },
      },
    ],
    checkpoints: [],
    runs: [run],
    notes: [words],
    conversations: [],
    segment: (_track, number) => segment(number),
    blobs: [noteHash],
    blob: () => note,
    events: () => [events.slice(0, 1_000), events.slice(1_000)],
  };
}

async function written(parts: BundleContent = content()): Promise<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const done = writeBundle(writable, parts);
  const bytes = new Uint8Array(await new Response(readable).arrayBuffer());
  await done;
  return bytes;
}

const open = (bytes: Uint8Array) => BundleSource.open(memoryBytes(bytes));
const problemOf = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => 'none',
    (error) => {
      expect(error).toBeInstanceOf(BundleError);
      return (error as BundleError).problem;
    },
  );

/** The same file, with parts replaced, added or left out (null). */
async function changed(parts: Record<string, string | Uint8Array | null>, options: object = {}): Promise<Uint8Array> {
  const out = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level: 0 });
  for await (const entry of new ZipReader(new Uint8ArrayReader(await written())).getEntriesGenerator())
    if (!entry.directory && !(entry.filename in parts))
      await out.add(entry.filename, new Uint8ArrayReader(await entry.getData(new Uint8ArrayWriter())));
  for (const [name, part] of Object.entries(parts))
    if (part !== null)
      await out.add(name, typeof part === 'string' ? new TextReader(part) : new Uint8ArrayReader(part), options);
  return await out.close();
}

const manifestOf = async () =>
  structuredClone((await open(await written())).manifest) as unknown as Record<string, unknown>;

it('gives back what was written', async () => {
  const source = await open(await written());
  const recording = await Recording.open(source);
  for (const [atUs, number] of [
    [1_500, 1],
    [4_000, 4],
  ] as const)
    expect((await screenAt(recording, atUs)).map(({ payload }) => [payload.length, payload[0]])).toEqual([
      [PAYLOAD, number],
    ]);
  expect(source.manifest.events.length).toBeGreaterThan(1);
  expect(await source.events(0, 1e6)).toEqual(events);
  expect(await source.events(1_234, 5)).toEqual(events.slice(1_134, 1_139));
  expect(source.terminals.map(({ name }) => name)).toEqual(['shell']);
  expect(await source.blob(noteHash)).toEqual(note);
});

it('is the same file for the same recording', async () => {
  expect(await written()).toEqual(await written());
});

it('reads the list and what a moment needs, not the file', async () => {
  const bytes = await written(content(400));
  let read = 0;
  const counting: ByteSource = {
    sizeBytes: bytes.length,
    read: async (offset, length) => {
      read += length;
      return bytes.slice(offset, offset + length);
    },
  };
  const source = await BundleSource.open(counting);
  const opened = read;
  await source.segment('screen', 77);
  expect(read - opened).toBeLessThan(PAYLOAD + 200);
  expect(opened).toBeLessThan(bytes.length / 4);
});

it('still opens what the first version wrote', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('../../test/fixtures/version1.sandglass', import.meta.url)));
  const source = await open(bytes);
  expect(source.manifest.version).toBe(5);
  const recording = await Recording.open(source);
  expect((await screenAt(recording, 3_000)).map(({ payload }) => payload[0])).toEqual([3]);
  expect((await source.events(100, 2)).map(({ seq }) => seq)).toEqual([100, 101]);
});

it('still opens what the second version wrote, with its files', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('../../test/fixtures/version2.sandglass', import.meta.url)));
  const source = await open(bytes);
  expect(source.manifest.version).toBe(5);
  expect(await source.blob(noteHash)).toEqual(note);
  expect([source.runs, source.notes]).toEqual([[], []]);
});

it('still opens what the third version wrote, with its runs and notes', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('../../test/fixtures/version3.sandglass', import.meta.url)));
  const source = await open(bytes);
  expect(source.runs).toEqual([run]);
  expect(source.notes).toEqual([words]);
});

it('still opens what the fourth version wrote: who spoke is told, the words are missing', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('../../test/fixtures/version4.sandglass', import.meta.url)));
  const source = await open(bytes);
  const conversations = new BundleConversations(source);
  expect((await conversations.list()).map(({ id, messages }) => [id, messages])).toEqual([['aaaaaaaaaaaa', 1]]);
  expect((await conversations.get('aaaaaaaaaaaa'))?.said).toEqual([{ role: 'user', sizeBytes: 27, content: null }]);
});

it('believes of a file only its own sum', async () => {
  const other = new TextEncoder().encode('something else');
  const list = await manifestOf();
  const entries = list['entries'] as Record<string, unknown>;
  const sum = createHash('sha256').update(other).digest('hex');
  entries[`blobs/${noteHash}`] = { sizeBytes: other.length, sha256: sum };
  const source = await open(await changed({ 'manifest.json': JSON.stringify(list), [`blobs/${noteHash}`]: other }));
  await expect(source.blob(noteHash)).rejects.toMatchObject({ problem: 'damaged' });
  await expect(source.blob('0'.repeat(64))).rejects.toMatchObject({ problem: 'damaged' });
});

it('says what it is not', async () => {
  expect(await problemOf(open(new Uint8Array(0)))).toBe('truncated');
  expect(await problemOf(open(new TextEncoder().encode('%PDF-1.7 and so on')))).toBe('notABundle');
  expect(await problemOf(open(await changed({ 'manifest.json': null })))).toBe('foreign');
  expect(await problemOf(open(await changed({ 'manifest.json': '{"name":"an extension"}' })))).toBe('foreign');
  const bytes = await written();
  for (const share of [0.1, 0.5, 0.9, 0.999])
    expect(await problemOf(open(bytes.slice(0, Math.floor(bytes.length * share)))), `cut at ${share}`).toBe(
      'truncated',
    );
});

it('names the version that is too new, and what to do', async () => {
  const newer = { ...(await manifestOf()), version: 6, more: 'than we know' };
  const opening = open(await changed({ 'manifest.json': JSON.stringify(newer) }));
  await expect(opening).rejects.toThrow(/newer Sandglass: the file is of version 6.*Update/);
  for (const version of [0, -1, 1.5, 'x', null])
    expect(await problemOf(open(await changed({ 'manifest.json': JSON.stringify({ ...newer, version }) })))).toBe(
      'damaged',
    );
});

it.each(['../evil', '/etc/passwd', 'tracks\\..\\evil', 'a/../../b', 'C:/evil', 'nul\u0001l', 'x'.repeat(300)])(
  'refuses a file that names a part %j',
  async (name) => {
    expect(await problemOf(open(await changed({ [name]: 'x' })))).toBe('refused');
  },
);

it('refuses parts of one name, more parts than there can be, and what is compressed or encrypted', async () => {
  const bytes = await changed({
    'tracks/screen/1.seg': null,
    'tracks/screen/x.seg': segment(1),
    'tracks/screen/y.seg': segment(1),
  });
  const twice = bytes.map((byte, at) =>
    byte === 0x79 && bytes[at - 1] === 0x2f && bytes[at + 1] === 0x2e ? 0x78 : byte,
  );
  expect(await problemOf(open(twice))).toBe('refused');
  const level = { level: 9 };
  const zeros = new Uint8Array(1_000_000);
  expect(await problemOf(open(await changed({ 'tracks/screen/1.seg': zeros }, level)))).toBe('refused');
  expect(await problemOf(open(await changed({ 'more.json': 'x' }, { password: 'p' })))).toBe('refused');
});

it('inflates no bomb, whatever it says of its size', async () => {
  const bomb = await changed({ 'terminals.json': new Uint8Array(bundleLimits.factsBytes + 1) }, { level: 9 });
  expect(bomb.length).toBeLessThan(bundleLimits.factsBytes / 4);
  expect(await problemOf(open(bomb))).toBe('refused');
  const liar = await changed({ 'terminals.json': new Uint8Array(4_000_000) }, { level: 9 });
  const view = new DataView(liar.buffer, liar.byteOffset);
  // The size in the list at its end, and before the part: a thousand bytes.
  for (let at = 0; at < liar.length - 4; at++)
    if (view.getUint32(at, true) === 4_000_000) view.setUint32(at, 1_000, true);
  expect(['refused', 'damaged']).toContain(await problemOf(open(liar)));
}, 30_000);

it('tells of the one part that is not as it was written, and shows the rest', async () => {
  const bytes = await written();
  const at = bytes.findIndex((_, from) => bytes.subarray(from, from + 100).every((byte) => byte === 2));
  bytes[at + 50] = 9;
  const source = await open(bytes);
  const recording = await Recording.open(source);
  await expect(screenAt(recording, 2_500)).rejects.toMatchObject({ problem: 'damaged' });
  await expect(source.segment('screen', 2)).rejects.toThrow(/tracks\/screen\/2\.seg/);
  expect((await screenAt(recording, 3_500)).map(({ payload }) => payload[0])).toEqual([3]);
  // As somebody would who can change a zip, but not the list of what was written.
  const forged = segment(2);
  forged[SEGMENT_HEADER_BYTES + 100] = 9;
  const other = await open(await changed({ 'tracks/screen/2.seg': forged }));
  expect(await problemOf(other.segment('screen', 2))).toBe('damaged');
  expect((await other.segment('screen', 3)).length).toBe(segment(3).length);
});

it('never crashes, hangs or reads too much, whatever is changed or cut', async () => {
  const whole = await written();
  const change = fc.record({ at: fc.nat(), to: fc.nat(255), fromEnd: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 8 }),
      fc.option(fc.nat(), { freq: 4 }),
      async (changes, cut) => {
        const bytes = whole.slice();
        // Half of them in the list at its end, which steers everything.
        for (const { at, to, fromEnd } of changes)
          bytes[fromEnd ? bytes.length - 1 - (at % 1_500) : at % bytes.length] = to;
        const file = cut === null ? bytes : bytes.slice(0, cut % bytes.length);
        let most = 0;
        const bounded: ByteSource = {
          sizeBytes: file.length,
          read: async (offset, length) => {
            expect(offset).toBeGreaterThanOrEqual(0);
            expect(offset + length).toBeLessThanOrEqual(file.length);
            most = Math.max(most, length);
            return file.slice(offset, offset + length);
          },
        };
        try {
          const source = await BundleSource.open(bounded);
          const recording = await Recording.open(source);
          await Promise.allSettled([
            screenAt(recording, 30_000),
            screenAt(recording, 2_500),
            source.events(0, 1e6),
          ]).then((results) => {
            for (const result of results)
              if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BundleError);
          });
        } catch (error) {
          expect(error).toBeInstanceOf(BundleError);
        }
        expect(most).toBeLessThanOrEqual(file.length);
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);
