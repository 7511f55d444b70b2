import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { CallId, type ConversationMessage, LogEvent, type TerminalId } from '@sandglass/protocol';
import {
  encodeResize,
  encodeStoredTerminal,
  FilesAt,
  FilesCursor,
  Recording,
  type RecordingSource,
  screenAt,
  terminalAt,
} from '@sandglass/replay';
import { BundleConversations, BundleSource } from '@sandglass/replay/bundle';
import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA, sandboxB, terminalA } from '../../test/stubServices.ts';
import { keepAsked, keepReplied } from '../recorder/conversations/keepMessages.ts';
import { createConversationService } from '../recorder/conversations/service.ts';
import { type SandboxLog, trackFrame } from '../recorder/log.ts';
import { sourceOfLog } from '../recorder/logSource.ts';
import { agent, TestWorld } from '../sandboxes/testWorld.ts';
import { bundleStream } from './bundleStream.ts';
import { recordedTerminals } from './recordedTerminals.ts';

const track = `terminal:${terminalA}` as const;
const base = `/v1/sandboxes/${sandboxA}`;

const ofServer = sourceOfLog;
const none = { before: () => [], words: () => undefined };

/** A screen of whole pictures and changes of them, and a terminal that prints, is resized and is stored now and then. */
function play(log: SandboxLog, terminal: TerminalId, steps: number): void {
  const name = `terminal:${terminal}` as const;
  log.appendFrame(name, trackFrame.resize, encodeResize({ columns: 80, rows: 24 }));
  let atSeq = log.lastSeq;
  for (let step = 0; step < steps; step++) {
    log.appendFrame('screen', step % 7 === 0 ? trackFrame.screenKey : trackFrame.screenUpdate, Uint8Array.of(step, 1));
    if (step % 11 === 5)
      log.appendFrame(
        name,
        trackFrame.snapshot,
        encodeStoredTerminal({ seq: atSeq, bytes: step, columns: 80, rows: 24, drawing: `drawn ${step}` }),
      );
    // A state is stored some time after what it shows.
    if (step % 5 === 0) atSeq = log.lastSeq;
    log.appendFrame(name, trackFrame.output, Buffer.from(`line ${step} ü\r\n`));
    if (step % 13 === 3) log.appendFrame(name, trackFrame.resize, encodeResize({ columns: 80 + step, rows: 24 }));
    log.append({ kind: 'terminal.renamed', actor: 'person', data: { terminal, name: `name ${step}` } });
  }
}

async function bytesOf(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

async function expectSame(log: SandboxLog, bundle: BundleSource, terminal: TerminalId, from: number, to: number) {
  const [there, here] = [await Recording.open(ofServer(log)), await Recording.open(bundle)];
  for (let moment = 0; moment <= 50; moment++) {
    const atUs = Math.round(from + ((to - from) * moment) / 50);
    const [pictures, screens] = [await screenAt(here, atUs), await screenAt(there, atUs)];
    expect(pictures, `screen at ${atUs}`).toEqual(screens);
    expect(await terminalAt(here, terminal, atUs), `terminal at ${atUs}`).toEqual(
      await terminalAt(there, terminal, atUs),
    );
  }
}

it('gives a file that shows at fifty moments of a session what the server shows', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create({ name: 'a session' });
  const { services } = world;
  const log = services.sandboxes.log(id);
  const { id: terminal } = await services.terminals.open(agent, id, { name: 'shell', columns: 80, rows: 24 });
  for (const words of ['echo one', 'echo two', 'echo three']) {
    const told = new Promise<void>((resolve) => {
      const stop = log.onFrame(`terminal:${terminal}`, ({ payload }) => {
        if (!Buffer.from(payload).toString().includes(words.split(' ')[1]!)) return;
        stop();
        resolve();
      });
    });
    await services.terminals.write(agent, id, terminal, `${words}\r`);
    await told;
  }
  play(log, terminal, 60);
  const sandbox = services.sandboxes.get(id);
  const facts = {
    ...{
      product: '1',
      sandbox,
      log,
      checkpoints: [],
      runs: [],
      notes: [],
      range: null,
      signal: new AbortController().signal,
      conversations: none,
    },
    terminals: recordedTerminals(log, id, services.terminals.list(id)),
  };
  const bundle = await BundleSource.open(new Blob([(await bytesOf(bundleStream(facts))) as BlobPart]));
  await expectSame(log, bundle, terminal, 0, log.lastUs);
  expect(await bundle.events(1, 10_000)).toEqual(log.events(1, 10_000));
  expect(await bundle.events(20, 3)).toEqual(log.events(20, 3));
  expect(bundle.terminals.map(({ name }) => name)).toEqual(['shell']);
  expect(bundle.sandbox).toMatchObject({ id, name: 'a session' });
  expect(JSON.stringify(bundle.manifest)).not.toContain('environment');
});

it('gives a range that begins with a whole state and ends where it ends', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const log = world.services.sandboxes.log(id);
  play(log, terminalA, 120);
  const frames = [...log.frames('screen', 0)];
  const [fromUs, toUs] = [frames[50]!.atUs, frames[90]!.atUs];
  const sandbox = world.services.sandboxes.get(id);
  const facts = {
    ...{
      product: '1',
      sandbox,
      log,
      checkpoints: [],
      runs: [],
      notes: [],
      terminals: [],
      signal: new AbortController().signal,
    },
    conversations: none,
    range: { fromUs, toUs },
  };
  const bundle = await BundleSource.open(new Blob([(await bytesOf(bundleStream(facts))) as BlobPart]));
  await expectSame(log, bundle, terminalA, fromUs, toUs);
  expect(bundle.manifest.range).toEqual({ fromUs, toUs });
  const events = await bundle.events(0, 10_000);
  expect(events.length).toBeGreaterThan(30);
  expect(events.every(({ atUs }) => atUs >= fromUs && atUs <= toUs)).toBe(true);
  const recording = await Recording.open(bundle);
  for (const name of recording.tracks) {
    const last = (await recording.framesBetween(name, 0, Number.MAX_SAFE_INTEGER)).at(-1)!;
    expect(last.atUs, `${name} tells nothing of later`).toBeLessThanOrEqual(toUs);
  }
  expect(recording.segments('screen').length).toBeLessThan(
    log.segments(0).find((one) => one.track === 'screen')!.segments.length,
  );
});

it('holds the files of its moments, and those of a range only up to its end', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { services } = world;
  const log = services.sandboxes.log(id);
  const write = async (path: string, words: string) => {
    const { signal } = new AbortController();
    await services.files.write(agent, id, path, Readable.from([Buffer.from(words)]), {}, signal);
    const known = () => log.blobs.has(createHash('sha256').update(words).digest('hex'));
    while (!known()) {
      await setImmediate();
      world.clock.advance(10);
    }
    // What was read is told a moment later.
    for (let turn = 0; turn < 5; turn++) {
      world.clock.advance(100);
      await setImmediate();
    }
    return log.now();
  };
  const first = await write('notes.md', 'first words');
  const second = await write('notes.md', 'second words');
  const facts = {
    ...{ product: '1', sandbox: services.sandboxes.get(id), log, checkpoints: [], runs: [], notes: [], terminals: [] },
    conversations: none,
    signal: new AbortController().signal,
  };
  const bundleOf = async (range: { fromUs: number; toUs: number } | null) =>
    await BundleSource.open(new Blob([(await bytesOf(bundleStream({ ...facts, range }))) as BlobPart]));
  const read = async (source: RecordingSource, atUs: number) => {
    const shown = await new FilesCursor(await Recording.open(source)).show(atUs);
    if (shown.what !== 'tree') throw new Error(shown.what);
    const files = new FilesAt(shown.tree, { start: null, blob: (hash) => source.blob(hash) });
    return Buffer.from((await files.read('/home/user/notes.md')).bytes).toString();
  };
  const whole = await bundleOf(null);
  expect([await read(whole, first), await read(whole, second)]).toEqual(['first words', 'second words']);
  const part = await bundleOf({ fromUs: 0, toUs: first });
  expect(await read(part, first)).toBe('first words');
  expect(Object.keys(part.manifest.entries).filter((name) => name.startsWith('blobs/'))).toHaveLength(1);
});

it('holds what was said to a model: of a range all that the model had heard by then, of a fork its parent’s words', async () => {
  await using world = await TestWorld.open();
  const { services } = world;
  const [parent, fork] = [await world.create(), await world.create()];
  const [log, forked] = [services.sandboxes.log(parent.id), services.sandboxes.log(fork.id)];
  const conversation = 'aaaaaaaaaaaa';
  const call = CallId.parse('cal_aaaa');
  const heard = async (to: SandboxLog, from: number, question: string, answer: string) => {
    // A moment of its own for each.
    for (const atUs = to.now(); to.now() === atUs; ) await setImmediate();
    const added = [{ role: 'user', content: question }];
    const system = from === 0 ? { system: 'be kind' } : {};
    keepAsked(to, { conversation, call, provider: 'anthropic', model: 'm', from, added, token: 'tok_aaaa', ...system });
    keepReplied(to, { conversation, call, token: 'tok_aaaa', content: [{ type: 'text', text: answer }] });
    return to.now();
  };
  await heard(log, 0, 'first?', 'one');
  const secondUs = await heard(log, 2, 'second?', 'two');
  const thirdUs = await heard(log, 4, 'third?', 'three');
  const atFork = log.lastSeq;
  await heard(forked, 6, 'elsewhere?', 'four');

  const conversations = createConversationService({
    log: (sandbox) => services.sandboxes.log(sandbox),
    parent: (sandbox) => (sandbox === fork.id ? { sandbox: parent.id, seq: atFork } : null),
  });
  const said = async (of: SandboxLog, range: { fromUs: number; toUs: number } | null, atUs?: number) => {
    const facts = {
      ...{ product: '1', sandbox: services.sandboxes.get(of.sandbox), log: of, checkpoints: [], runs: [], notes: [] },
      ...{ terminals: [], conversations, range, signal: new AbortController().signal },
    };
    const bundle = await BundleSource.open(new Blob([(await bytesOf(bundleStream(facts))) as BlobPart]));
    const found = await new BundleConversations(bundle).get(conversation, atUs);
    const text = ({ content }: ConversationMessage) => {
      const { content: words } = content as { content: string | { text: string }[] };
      return typeof words === 'string' ? words : words[0]?.text;
    };
    return found && [found.system && text(found.system), ...found.said.map(text)];
  };
  const [one, two, three] = [
    ['first?', 'one'],
    ['second?', 'two'],
    ['third?', 'three'],
  ] as const;
  expect(await said(log, null)).toEqual(['be kind', ...one, ...two, ...three]);
  expect(await said(log, null, secondUs)).toEqual(['be kind', ...one, ...two]);
  const second = { fromUs: secondUs - 1, toUs: thirdUs - 1 };
  expect((await said(log, second))?.slice(0, 4)).toEqual(['be kind', ...one, two[0]]);
  expect(await said(log, { fromUs: 0, toUs: secondUs })).not.toContain('three');
  expect(await said(forked, null)).toEqual(['be kind', ...one, ...two, ...three, 'elsewhere?', 'four']);
});

it('holds what was judged and written of it, of a range what is in the range', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { services } = world;
  const log = services.sandboxes.log(id);
  const early = await services.runs.start(agent, id, { goal: 'The first' });
  await services.runs.end(agent, id, early.id, { outcome: 'succeeded' });
  await services.notes.write(agent, id, { atUs: log.now(), text: 'early' });
  const betweenUs = log.now() + 1;
  while (log.now() <= betweenUs) await setImmediate();
  const late = await services.runs.start(agent, id, { goal: 'The second' });
  await services.runs.judge(agent, id, late.id, { judgement: 'unsure' });
  await services.notes.write(agent, id, { atUs: log.now(), text: 'late' });
  const reviewed = {
    runs: (await services.runs.list({ sort: 'oldest', limit: 9 })).items,
    notes: services.notes.list(id),
  };
  const facts = {
    ...{ product: '1', sandbox: services.sandboxes.get(id), log, checkpoints: [], terminals: [], ...reviewed },
    conversations: none,
    signal: new AbortController().signal,
  };
  const held = async (range: { fromUs: number; toUs: number } | null) => {
    const bytes = await bytesOf(bundleStream({ ...facts, range }));
    const { runs, notes } = await BundleSource.open(new Blob([bytes as BlobPart]));
    return [runs.map(({ goal }) => goal), notes.map(({ text }) => text)];
  };
  expect(await held(null)).toEqual([
    ['The first', 'The second'],
    ['early', 'late'],
  ]);
  expect(await held({ fromUs: 0, toUs: betweenUs })).toEqual([['The first'], ['early']]);
  expect(await held({ fromUs: betweenUs, toUs: log.now() })).toEqual([['The second'], ['late']]);
});

it('names the file after the sandbox, and is the same file each time', async () => {
  await using world = await ServerWorld.start();
  play(world.stub.log(sandboxA), terminalA, 20);
  world.stub.change(sandboxA, { phase: 'dead', endedAtMs: 5 });
  const [one, two] = [await world.ask(`${base}/bundle`), await world.ask(`${base}/bundle`)];
  expect(one.headers['content-disposition']).toContain('.sandglass"');
  expect(one.headers['content-type']).toBe('application/vnd.sandglass.bundle+zip');
  expect(one.body.equals(two.body)).toBe(true);
  expect((await world.ask(`${base}/bundle?fromUs=9&toUs=3`)).problem.code).toBe('badRequest');
});

it('stops writing when nobody takes it any more', async () => {
  await using world = await ServerWorld.start();
  const log = world.stub.log(sandboxA);
  for (let part = 0; part < 40; part++) log.appendFrame('screen', trackFrame.screenKey, new Uint8Array(2_000_000));
  let read = 0;
  const plain = log.segmentBytes.bind(log);
  log.segmentBytes = (...all) => {
    read++;
    return plain(...all);
  };
  const asked = request({
    host: '127.0.0.1',
    ...{ port: world.port, path: `${base}/bundle`, headers: { authorization: `Bearer ${world.secret}` } },
  });
  asked.end();
  const [reply] = (await once(asked, 'response')) as [Readable];
  await once(reply, 'data');
  reply.destroy();
  await once(reply, 'close');
  // A whole request later it has read no more.
  await world.ask('/v1/health');
  const after = read;
  await world.ask('/v1/health');
  expect(read).toBe(after);
  expect(read).toBeLessThan(40);
});

it('gives a terminal as an asciicast whose output is the log’s, byte for byte', async () => {
  await using world = await ServerWorld.start();
  const log = world.stub.log(sandboxA);
  log.appendFrame(track, trackFrame.resize, encodeResize({ columns: 100, rows: 30 }));
  const text = 'grün 🙂 \u001b[31m"red"\u001b[0m\r\n漢字';
  // Each byte for itself: every character is cut.
  for (const byte of Buffer.from(text.repeat(3))) log.appendFrame(track, trackFrame.output, Uint8Array.of(byte));
  log.appendFrame(track, trackFrame.resize, encodeResize({ columns: 90, rows: 20 }));
  log.appendFrame(track, trackFrame.output, Buffer.from('end'));
  world.stub.exitTerminal(3);
  const answer = await world.ask(`${base}/terminals/${terminalA}/asciicast`);
  const [head, ...lines] = answer.body
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(head).toMatchObject({ version: 3, term: { cols: 100, rows: 30 }, title: 'shell' });
  const output = lines
    .filter(([, kind]) => kind === 'o')
    .map(([, , data]) => data)
    .join('');
  expect(output).toBe(`${text.repeat(3)}end`);
  expect(lines.filter(([, kind]) => kind !== 'o').map(([, ...rest]) => rest)).toEqual([
    ['r', '90x20'],
    ['x', '3'],
  ]);
  const frames = [...log.frames(track, 0)];
  const spanUs = lines.slice(0, -1).reduce((sum, [interval]) => sum + Math.round(interval * 1e6), 0);
  expect(spanUs).toBe(frames.at(-1)!.atUs - frames[0]!.atUs);
  expect((await world.ask(`${base}/terminals/trm_zzzz/asciicast`)).problem.code).toBe('notFound');
});

it('gives the whole log, an event a line', async () => {
  await using world = await ServerWorld.start();
  const log = world.stub.log(sandboxA);
  play(log, terminalA, 1_100);
  const headers = { authorization: `Bearer ${world.secret}` };
  const text = await (await fetch(`${world.origin}${base}/events.ndjson`, { headers })).text();
  const events = text
    .trim()
    .split('\n')
    .map((line) => LogEvent.parse(JSON.parse(line)));
  expect(events).toEqual(log.events(1, 10_000));
});

it('shows nothing to who may not see the sandbox', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.token({ role: 'viewer' });
  const other = await world.token({ role: 'viewer', scope: { kind: 'sandbox', sandbox: sandboxB } });
  for (const path of ['bundle', 'events.ndjson', `terminals/${terminalA}/asciicast`]) {
    const headers = { authorization: `Bearer ${viewer.secret}` };
    expect((await fetch(`${world.origin}${base}/${path}`, { headers })).status, path).toBe(200);
    expect((await world.ask(`${base}/${path}`, { token: other.secret })).problem.code, path).toBe('forbidden');
    expect((await world.ask(`${base}/${path}`, { token: null })).status, path).toBe(401);
    expect((await world.ask(`/v1/sandboxes/sbx_zzzz/${path}`)).problem.code, path).toBe('notFound');
  }
});

it('gives the file it was started with by range, and no other', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-replayed-'));
  try {
    const path = join(directory, 'run 7.sandglass');
    writeFileSync(path, 'twelve bytes');
    await using world = await ServerWorld.start();
    expect((await world.ask('/v1/replay')).json).toEqual({ file: null });
    expect((await world.ask('/v1/replay/bytes')).problem.code).toBe('notFound');
    world.stub.replayedPath = path;
    expect((await world.ask('/v1/replay')).json).toEqual({ file: { name: 'run 7.sandglass', sizeBytes: 12 } });
    const part = await world.ask('/v1/replay/bytes', { headers: { range: 'bytes=2-5' } });
    expect([part.status, part.headers['content-range'], part.body.toString()]).toEqual([206, 'bytes 2-5/12', 'elve']);
    expect((await world.ask('/v1/replay/bytes')).body.toString()).toBe('twelve bytes');
    expect((await world.ask('/v1/replay/bytes', { headers: { range: 'bytes=12-' } })).status).toBe(416);
    expect((await world.ask('/v1/replay/bytes', { token: null })).status).toBe(401);
    const scoped = await world.token({ role: 'admin', scope: { kind: 'sandbox', sandbox: sandboxA } });
    expect((await world.ask('/v1/replay/bytes', { token: scoped.secret })).problem.code).toBe('forbidden');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
