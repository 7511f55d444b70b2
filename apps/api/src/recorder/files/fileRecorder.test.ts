/** The tree and the contents of a moment, read from the log, are what they were at that moment; what is not known is never guessed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { AppError, encodeName, type FileChange, SandboxId } from '@sandglass/protocol';
import { FilesAt, FilesCursor, Recording } from '@sandglass/replay';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeFiles } from '../../drivers/fake/fakeFiles.ts';
import { listPage } from '../../drivers/fake/fakeSandboxFiles.ts';
import { ManualClock } from '../../lib/manualClock.ts';
import { type SandboxLog, trackFrame } from '../log.ts';
import { sourceOfLog } from '../logSource.ts';
import { openLogStore } from '../logStore.ts';
import { dropUnnamed } from './dropUnnamed.ts';
import { FileRecorder } from './fileRecorder.ts';
import type { Reach } from './readVersion.ts';
import { withoutSecrets } from './withoutSecrets.ts';

const sandbox = SandboxId.parse('sbx_aaaa');
const HOME = '/home/user';
const text = (value: string) => new TextEncoder().encode(value);

class World implements Disposable {
  readonly clock = new ManualClock();
  readonly zeroMs = this.clock.now();
  readonly directory = mkdtempSync(join(tmpdir(), 'sandglass-files-'));
  files: FakeFiles;
  readonly start: FakeFiles;
  frozen = false;
  reads = 0;
  errors: unknown[] = [];
  log!: SandboxLog;
  recorder!: FileRecorder;
  #store!: ReturnType<typeof openLogStore>;

  constructor(prepare: (files: FakeFiles) => void = () => {}) {
    const options = { now: this.clock.now, limitBytes: 1e9 };
    this.files = new FakeFiles(options);
    prepare(this.files);
    this.start = new FakeFiles({ ...options, root: this.files.copy() });
    this.open();
  }

  open(): void {
    const { clock } = this;
    this.#store = openLogStore({
      directory: this.directory,
      clock: { wallMs: clock.now, monotonicUs: () => clock.now() * 1_000 },
      onFollowerError: (error) => this.errors.push(error),
    });
    const log = this.#store.open(sandbox, { createdAtMs: this.zeroMs });
    this.log = log;
    this.recorder = new FileRecorder({
      log: this.log,
      zeroMs: this.zeroMs,
      reach: () => this.#reach(),
      clock,
      parent: undefined,
      redact: (bytes) => withoutSecrets(bytes, this.log.redactor),
      // One that was killed writes nothing any more.
      onError: (error) => log === this.log && this.errors.push(error),
    });
    this.recorder.start(!this.frozen);
    this.files.onChange = (change) => this.tell([change]);
  }

  tell(changes: FileChange[], dropped = 0): void {
    this.log.append({ kind: 'file.changed', actor: 'system', data: { changes, dropped } });
  }

  /** The server ends, as by `kill -9` when it is not told, and another one starts. */
  restart({ told }: { told: boolean }): void {
    if (told) this.recorder.stop({ ended: false });
    this.#store.close();
    this.open();
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 400; turn++) {
      for (let tick = 0; tick < 12; tick++) await setImmediate();
      if (this.recorder.settled) return;
      this.clock.advance(100);
    }
    throw new Error('the recorder does not come to rest');
  }

  async at(atUs: number): Promise<FilesAt> {
    const shown = await new FilesCursor(await Recording.open(sourceOfLog(this.log))).show(atUs);
    if (shown.what !== 'tree') throw new Error(`at ${atUs}: ${shown.what}`);
    return this.filesAt(shown.tree);
  }

  filesAt(tree: ConstructorParameters<typeof FilesAt>[0]): FilesAt {
    const { start } = this;
    return new FilesAt(tree, {
      start: {
        list: async (path) => start.list(path).items,
        stat: async (path) => start.stat(path),
        read: async (path) => start.read(path).bytes,
      },
      blob: async (hash) => this.log.blobs.read(hash),
    });
  }

  [Symbol.dispose](): void {
    this.recorder.stop({ ended: true });
    this.#store.close();
    rmSync(this.directory, { recursive: true, force: true });
    expect(this.errors).toEqual([]);
  }

  #reach(): Reach {
    if (this.frozen) throw new AppError('wrongState', 'The sandbox is frozen.');
    return {
      stat: async (path) => this.files.stat(path),
      list: async (path, limit, after) => listPage(this.files, path, limit, after),
      read: async (path) => {
        this.reads++;
        const { entry, bytes } = this.files.read(path);
        // Somebody else has a turn between the looks.
        await setImmediate();
        return { entry, content: Readable.from([Buffer.from(bytes)], { objectMode: false }) };
      },
    };
  }
}

/** Path → what is there, as a text to compare. */
type Snapshot = Map<string, string>;

function snapshot(files: FakeFiles): Snapshot {
  const found: Snapshot = new Map();
  const visit = (path: string): void => {
    for (const { kind, path: at, target } of files.list(path).items) {
      if (kind === 'file') found.set(at, `file ${Buffer.from(files.read(at).bytes).toString('hex')}`);
      else found.set(at, kind === 'symlink' ? `symlink ${target}` : kind);
      if (kind === 'directory') visit(at);
    }
  };
  visit(HOME);
  return found;
}

async function recorded(files: FilesAt): Promise<Snapshot> {
  const found: Snapshot = new Map();
  const visit = async (path: string): Promise<void> => {
    for (const { kind, path: at, target, state } of (await files.list(path)).items) {
      if (kind === 'directory') {
        found.set(at, kind);
        await visit(at);
      } else if (kind === 'symlink') found.set(at, `symlink ${target}`);
      else if (state === 'kept' || state === 'start')
        found.set(at, `file ${Buffer.from((await files.read(at)).bytes).toString('hex')}`);
      else found.set(at, `? ${state}`);
    }
  };
  await visit(HOME);
  return found;
}

const names = ['a', 'b.txt', 'ü', encodeName(Uint8Array.of(0x66, 0xff, 0xfe)), 'd'];
const arbitraryPath = fc
  .array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
  .map((parts) => `${HOME}/${parts.join('/')}`);
const arbitraryStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), path: arbitraryPath, word: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mkdir' as const), path: arbitraryPath }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), path: arbitraryPath, to: arbitraryPath }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), path: arbitraryPath }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('link' as const), path: arbitraryPath }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), told: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'freeze' as const }) },
  { weight: 4, arbitrary: fc.constant({ do: 'rest' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(300) }) },
);
type Step = typeof arbitraryStep extends fc.Arbitrary<infer T> ? T : never;

async function take(world: World, step: Step): Promise<void> {
  const { files } = world;
  world.clock.advance(1);
  try {
    if (step.do === 'write') files.writeSync(step.path, text(`word ${step.word}`), { parents: true });
    else if (step.do === 'mkdir') files.makeDirectory(step.path);
    else if (step.do === 'move') files.move(step.path, step.to, true);
    else if (step.do === 'remove') files.remove(step.path, true);
    else if (step.do === 'link') files.makeSymlink(step.path, 'elsewhere');
  } catch (error) {
    // What the machine refuses changes nothing.
    if (!(error instanceof AppError)) throw error;
  }
  if (step.do === 'restart') world.restart(step);
  else if (step.do === 'freeze') {
    world.frozen = true;
    await setImmediate();
    world.clock.advance(5_000);
    world.frozen = false;
    world.log.append({
      kind: 'sandbox.phase',
      actor: 'system',
      data: { from: 'thawing', to: 'running', asked: null, reason: null },
    });
  } else if (step.do === 'rest') await world.settle();
  else if (step.do === 'wait') {
    world.clock.advance(step.ms);
    await setImmediate();
  }
}

describe('files of a moment', () => {
  it('are what they were: every name, and of every content that is told the very bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryStep, { minLength: 5, maxLength: 40 }), async (steps) => {
        using world = new World((files) => {
          files.writeSync(`${HOME}/a/kept`, text('from the start'), { parents: true });
          files.writeSync(`${HOME}/d/b.txt`, text('also'), { parents: true });
        });
        await world.settle();
        const noted: { atUs: number; truth: Snapshot; settled: boolean }[] = [];
        for (const step of steps) {
          await take(world, step);
          world.clock.advance(1);
          noted.push({
            atUs: world.log.now(),
            truth: snapshot(world.files),
            settled: step.do === 'rest' && world.recorder.settled,
          });
        }
        await world.settle();
        for (const { atUs, truth, settled } of noted) {
          const told = await recorded(await world.at(atUs));
          expect([...told.keys()].sort(), `names at ${atUs}`).toEqual([...truth.keys()].sort());
          for (const [path, what] of told) {
            if (what.startsWith('?')) expect(settled, `${path} at ${atUs} is ${what}`).toBe(false);
            else expect(what, `${path} at ${atUs}`).toBe(truth.get(path));
          }
        }
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  it('shown one after another, forwards and backwards, are those that are read alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryStep, { minLength: 5, maxLength: 25 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 12 }),
        async (steps, moments) => {
          using world = new World();
          await world.settle();
          for (const step of steps) await take(world, step);
          await world.settle();
          const cursor = new FilesCursor(await Recording.open(sourceOfLog(world.log)));
          for (const moment of moments) {
            const atUs = Math.round(1_000 + moment * world.log.lastUs);
            const shown = await cursor.show(atUs);
            if (shown.what !== 'tree') throw new Error(shown.what);
            expect(await recorded(world.filesAt(shown.tree))).toEqual(await recorded(await world.at(atUs)));
          }
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);
});

it('reads nothing of the start, and one version once', async () => {
  using world = new World((files) => files.writeSync(`${HOME}/old.txt`, text('old'), {}));
  await world.settle();
  expect(world.reads).toBe(0);
  world.files.writeSync(`${HOME}/one.txt`, text('same'), {});
  world.files.writeSync(`${HOME}/two.txt`, text('same'), {});
  await world.settle();
  expect(world.reads).toBe(2);
  expect(world.log.blobs.sizeBytes).toBe(4);
  const files = await world.at(world.log.now());
  const shown = (await files.list(HOME)).items.map(({ name, state, sizeBytes }) => [name, state, sizeBytes]);
  expect(shown).toEqual([
    ['old.txt', 'start', 3],
    ['one.txt', 'kept', 4],
    ['two.txt', 'kept', 4],
  ]);
});

it('a version that was overwritten before it could be read is told as such', async () => {
  using world = new World();
  await world.settle();
  world.frozen = true;
  world.files.writeSync(`${HOME}/a`, text('first'), {});
  const first = world.log.now();
  world.clock.advance(5);
  world.files.writeSync(`${HOME}/a`, text('second'), {});
  world.clock.advance(5);
  world.frozen = false;
  world.clock.advance(2_000);
  await world.settle();
  const [before, after] = [await world.at(first), await world.at(world.log.now())];
  expect((await before.stat(`${HOME}/a`)).state).toBe('overwritten');
  await expect(before.read(`${HOME}/a`)).rejects.toThrow('written again before this version could be read');
  expect(Buffer.from((await after.read(`${HOME}/a`)).bytes).toString()).toBe('second');
});

it('what was changed after its change was told counts as a version of its own', async () => {
  using world = new World();
  await world.settle();
  world.frozen = true;
  world.files.writeSync(`${HOME}/a`, text('told'), {});
  const told = world.log.now();
  world.clock.advance(50);
  // Nobody tells of this one before the file is read.
  world.files.onChange = () => {};
  world.files.writeSync(`${HOME}/a`, text('not told'), {});
  world.frozen = false;
  world.clock.advance(3_000);
  await world.settle();
  expect((await (await world.at(told)).stat(`${HOME}/a`)).state).toBe('overwritten');
  expect(Buffer.from((await (await world.at(world.log.now())).read(`${HOME}/a`)).bytes).toString()).toBe('not told');
});

it('lost names are doubted until it has been looked through', async () => {
  using world = new World();
  await world.settle();
  world.files.onChange = () => {};
  world.files.writeSync(`${HOME}/unseen/deep.txt`, text('there'), { parents: true });
  world.tell([], 12);
  const inDoubt = world.log.now();
  world.clock.advance(3_000);
  await world.settle();
  expect((await (await world.at(inDoubt)).list(HOME)).exact).toBe(false);
  const later = await world.at(world.log.now());
  expect((await later.list(`${HOME}/unseen`)).exact).toBe(true);
  expect(Buffer.from((await later.read(`${HOME}/unseen/deep.txt`)).bytes).toString()).toBe('there');
});

it('a hundred thousand changes of installed packages cost nothing but their names', async () => {
  using world = new World();
  await world.settle();
  const bytesBefore = world.log.trackBytes('files', trackFrame.fileSteps);
  const folder = `${HOME}/app/node_modules`;
  world.tell([{ path: folder, kind: 'created', directory: true }]);
  const beganMs = performance.now();
  for (let batch = 0; batch < 100; batch++)
    world.tell(
      Array.from({ length: 1_000 }, (_, at) => ({
        path: `${folder}/package-${batch}/file-${at}.js`,
        kind: 'created',
        directory: false,
      })),
    );
  const tookMs = performance.now() - beganMs;
  await world.settle();
  expect(world.reads).toBe(0);
  expect(world.log.trackBytes('files', trackFrame.fileSteps) - bytesBefore).toBeLessThan(500);
  expect((await (await world.at(world.log.now())).stat(folder)).partial).toBe(true);
  // Names alone go into the log in most of it.
  expect(tookMs).toBeLessThan(20_000);
}, 30_000);

it('a flood of files that are somebody’s work is thinned, and said to be', async () => {
  using world = new World();
  await world.settle();
  world.frozen = true;
  for (let batch = 0; batch < 25; batch++)
    world.tell(
      Array.from({ length: 1_000 }, (_, at) => ({
        path: `${HOME}/flood/${batch}-${at}`,
        kind: 'created',
        directory: false,
      })),
    );
  world.clock.advance(200);
  const { items } = await (await world.at(world.log.now())).list(`${HOME}/flood`);
  expect(items).toHaveLength(25_000);
  expect(items.filter(({ state }) => state === 'tooMany')).toHaveLength(5_000);
  world.recorder.stop({ ended: true });
  const ended = await (await world.at(world.log.now())).list(`${HOME}/flood`);
  expect(ended.items.filter(({ state }) => state === 'ended')).toHaveLength(20_000);
}, 30_000);

it('large files by size and sum, secrets not at all', async () => {
  using world = new World();
  world.log.redactor.add('correct-horse-battery');
  await world.settle();
  world.files.writeSync(`${HOME}/large.bin`, new Uint8Array(1_048_577), {});
  world.files.writeSync(`${HOME}/.env`, text('KEY=correct-horse-battery\n'), {});
  await world.settle();
  const files = await world.at(world.log.now());
  expect(await files.stat(`${HOME}/large.bin`)).toMatchObject({ sizeBytes: 1_048_577, state: 'tooLarge' });
  expect((await files.stat(`${HOME}/.env`)).state).toBe('redacted');
  const kept = Buffer.from((await files.read(`${HOME}/.env`)).bytes).toString();
  expect(kept).toMatch(/^KEY=/);
  expect(kept).not.toContain('horse');
});

it('put back to a checkpoint, it is what it was then', async () => {
  using world = new World();
  const phase = (from: string, to: string) =>
    world.log.append({
      kind: 'sandbox.phase',
      actor: 'person',
      data: { from, to, asked: null, reason: null } as never,
    });
  await world.settle();
  world.files.writeSync(`${HOME}/a`, text('one'), {});
  world.files.writeSync(`${HOME}/b`, text('stays'), {});
  await world.settle();
  phase('running', 'checkpointing');
  const image = world.files.copy();
  const checkpoint = 'chk_aaaa';
  world.log.append({
    kind: 'checkpoint.created',
    actor: 'person',
    data: { checkpoint: asCheckpoint(checkpoint), number: 1, name: 'one', memory: false, stoppedMs: 1 },
  });
  phase('checkpointing', 'running');
  world.files.writeSync(`${HOME}/a`, text('two'), {});
  world.files.remove(`${HOME}/b`, false);
  await world.settle();
  const before = world.log.now();
  world.clock.advance(10);
  world.files = new FakeFiles({ now: world.clock.now, limitBytes: 1e9, root: image });
  world.files.onChange = (change) => world.tell([change]);
  world.log.append({
    kind: 'checkpoint.restored',
    actor: 'person',
    data: { checkpoint: asCheckpoint(checkpoint), number: 1 },
  });
  await world.settle();
  expect([...(await recorded(await world.at(before))).keys()]).toEqual([`${HOME}/a`]);
  expect(await recorded(await world.at(world.log.now()))).toEqual(snapshot(world.files));
});

const asCheckpoint = (id: string) => id as never;

it('drops versions that no moment names any more, never one whose name is on its way', async () => {
  using world = new World();
  await world.settle();
  world.files.writeSync(`${HOME}/a`, text('named'), {});
  await world.settle();
  const { blobs } = world.log;
  const hash = blobs.put(text('nobody names this'));
  expect(dropUnnamed(world.log)).toBe(0);
  world.restart({ told: true });
  expect(world.log.blobs.has(hash)).toBe(true);
  expect(dropUnnamed(world.log)).toBe('nobody names this'.length);
  expect(world.log.blobs.sizeBytes).toBe('named'.length);
  expect(() => world.log.blobs.read(hash)).toThrow('does not have this version');
});

it('of a private moment nothing is kept but what is there when it is over', async () => {
  using world = new World();
  await world.settle();
  const by = { actor: 'person', token: 'tok_person' } as const;
  world.log.startPrivate(by, { untilMs: world.clock.now() + 600_000 });
  const { reads } = world;
  const frames = [...world.log.frames('files', 0)].length;
  world.files.writeSync(`${HOME}/secret.txt`, text('in private'), {});
  world.clock.advance(1_000);
  await setImmediate();
  world.files.writeSync(`${HOME}/secret.txt`, text('left there'), {});
  const during = world.log.now();
  expect([world.reads, [...world.log.frames('files', 0)].length]).toEqual([reads, frames]);
  world.clock.advance(1_000);
  world.log.endPrivate(by, 'over');
  await world.settle();
  expect((await (await world.at(during)).list(HOME)).items).toEqual([]);
  const after = await world.at(world.log.now());
  expect(Buffer.from((await after.read(`${HOME}/secret.txt`)).bytes).toString()).toBe('left there');
});

it('what is written without being told is found when it is looked through, once a minute', async () => {
  using world = new World();
  world.files.writeSync(`${HOME}/server.log`, text('started\n'), {});
  await world.settle();
  world.files.onChange = () => {};
  world.clock.advance(1_000);
  world.files.writeSync(`${HOME}/server.log`, text('started\nanswered\n'), {});
  world.clock.advance(60_000);
  await world.settle();
  const files = await world.at(world.log.now());
  expect(Buffer.from((await files.read(`${HOME}/server.log`)).bytes).toString()).toBe('started\nanswered\n');
  // Looking alone writes nothing.
  const frames = [...world.log.frames('files', 0)].length;
  world.clock.advance(60_000);
  await world.settle();
  expect([...world.log.frames('files', 0)].length).toBe(frames);
});
