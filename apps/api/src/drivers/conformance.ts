/**
 * What every driver must do, as tests. A driver's own test file calls this with a way to open a world; capabilities decide
 * what is asked of it. Runs on real sandboxes and on played ones.
 */
import type { Readable } from 'node:stream';
import {
  type CheckpointId,
  type ExecId,
  type Exit,
  type FileChange,
  type FindQuery,
  type FindResult,
  formatId,
  type SandboxId,
  type ScreenWindows,
  type TerminalId,
} from '@sandglass/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreateSpec, Driver, DriverSandbox, ExecSpec, SandboxSink } from '../sandboxes/driver.ts';

export interface DriverWorld {
  driver: Driver;
  /** As after a restart of the server: a new driver over the same host. The old one is closed already. */
  reopen(): Promise<Driver>;
  close(): Promise<void>;
}

export interface Conformance {
  readonly name: string;
  readonly open: () => Promise<DriverWorld>;
  /** Runs of `/bin/sh`-like commands: the fake shell knows a dozen words only. */
  readonly realShell: boolean;
  readonly user?: string;
}

let counter = 0;
function nextId<T extends string>(prefix: 'sbx' | 'trm' | 'exe' | 'chk'): T {
  const random = Buffer.alloc(10);
  random.writeUInt32BE(process.pid, 0);
  random.writeUInt32BE(counter++, 4);
  for (let index = 0; index < 8; index++) random[index] = (random[index]! & 15) * 2 + (random[index]! >> 7);
  random.writeUInt16BE(counter, 8);
  return formatId(prefix, Buffer.concat([random, Buffer.from(String(counter))])) as T;
}

/** Keeps what a sandbox said. */
export class RecordingSink implements SandboxSink {
  readonly #bytes = new Map<string, Buffer[]>();
  readonly #sizes = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  readonly exits = new Map<string, { exit: Exit; timedOut: boolean }>();
  readonly resizes: string[] = [];
  readonly changes: FileChange[] = [];
  windows: ScreenWindows | null = null;
  lostReason: string | null = null;

  terminalOffset(terminal: TerminalId): number {
    return this.size(terminal);
  }
  terminalData(terminal: TerminalId, offset: number, bytes: Uint8Array): void {
    this.#take(terminal, offset, bytes);
  }
  terminalResized(terminal: TerminalId, columns: number, rows: number): void {
    this.resizes.push(`${terminal} ${columns}x${rows}`);
    this.#tell();
  }
  terminalExited(terminal: TerminalId, exit: Exit): void {
    this.exits.set(terminal, { exit, timedOut: false });
    this.#tell();
  }
  execOffset(exec: ExecId, stream: 'stdout' | 'stderr'): number {
    return this.size(`${exec} ${stream}`);
  }
  execData(exec: ExecId, stream: 'stdout' | 'stderr', offset: number, bytes: Uint8Array): void {
    this.#take(`${exec} ${stream}`, offset, bytes);
  }
  execExited(exec: ExecId, exit: Exit, timedOut: boolean): void {
    this.exits.set(exec, { exit, timedOut });
    this.#tell();
  }
  fileChanges(changes: readonly FileChange[]): void {
    this.changes.push(...changes);
    this.#tell();
  }
  pointerSeen(): void {}
  windowsSeen(windows: ScreenWindows): void {
    this.windows = windows;
    this.#tell();
  }
  lost(reason: string): void {
    this.lostReason = reason;
    this.#tell();
  }

  size(key: string): number {
    return this.#sizes.get(key) ?? 0;
  }

  text(key: string): string {
    return Buffer.concat(this.#bytes.get(key) ?? []).toString('utf8');
  }

  /** Waits until it is so. */
  async until(ready: () => boolean, timeoutMs = 20_000): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`Waited ${timeoutMs} ms in vain for ${ready}`));
      }, timeoutMs);
      const look = () => {
        if (!ready()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async exit(id: string): Promise<{ exit: Exit; timedOut: boolean }> {
    await this.until(() => this.exits.has(id) || this.lostReason !== null);
    const found = this.exits.get(id);
    if (!found) throw new Error(`The sandbox was lost: ${this.lostReason}`);
    return found;
  }

  /** A stretch may come twice; it is kept once, and there is never a gap. */
  #take(key: string, offset: number, bytes: Uint8Array): void {
    const have = this.size(key);
    if (offset > have) throw new Error(`${key}: a gap from ${have} to ${offset}`);
    const fresh = Buffer.from(bytes.subarray(have - offset));
    this.#sizes.set(key, have + fresh.length);
    this.#bytes.set(key, [...(this.#bytes.get(key) ?? []), fresh]);
    this.#tell();
  }

  #tell(): void {
    for (const look of [...this.#waiting]) look();
  }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function readAll(content: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const noSignal = () => new AbortController().signal;

export function describeDriver({ name, open, realShell, user = 'user' }: Conformance): void {
  describe(`driver conformance: ${name}`, () => {
    let world: DriverWorld;
    let sink: RecordingSink;
    let sandbox: DriverSandbox;
    let spec: CreateSpec;

    const run = async (command: string, more: Partial<ExecSpec> = {}, on = { sandbox, sink }) => {
      const id = nextId<ExecId>('exe');
      const words = realShell ? ['/bin/bash', '-c', command] : ['sh', '-c', command];
      await on.sandbox.startExec({ id, command: words, environment: {}, user, stdin: false, ...more });
      const { exit } = await on.sink.exit(id);
      return { id, code: exit.code, stdout: on.sink.text(`${id} stdout`), stderr: on.sink.text(`${id} stderr`) };
    };
    const read = async (path: string, range: { offset: number; length?: number } = { offset: 0 }) =>
      readAll((await sandbox.files.read(path, range, noSignal())).content);
    const write = (path: string, text: string, options: Parameters<DriverSandbox['files']['write']>[2] = {}) =>
      sandbox.files.write(path, once(text), options, noSignal());

    const createSpec = async (more: Partial<CreateSpec> = {}): Promise<CreateSpec> => {
      const report = await world.driver.probe();
      const defaults = report.images.find((image) => image.name === 'base')!.defaults;
      return {
        id: nextId<SandboxId>('sbx'),
        source: { image: 'base' },
        limits: { ...defaults, memoryMb: Math.min(defaults.memoryMb, 512), pids: 256 },
        environment: { GREETING: 'hello' },
        screen: null,
        hostname: 'conformance',
        ...more,
      };
    };

    beforeAll(async () => {
      world = await open();
      spec = await createSpec();
      sink = new RecordingSink();
      sandbox = await world.driver.create(spec, sink);
    });
    afterAll(async () => {
      await sandbox?.kill().catch(() => {});
      await world?.close();
    });

    it('publishes what it can do', async () => {
      const report = await world.driver.probe();
      expect(report.driver).toBe(world.driver.name);
      expect(report.images.find((image) => image.name === 'base')?.ready).toBe(true);
      expect(sandbox.capabilities.terminals).toBe('persistent');
    });

    it('lists what exists', async () => {
      const { sandboxes } = await world.driver.list();
      expect(sandboxes).toContainEqual({ id: sandbox.id, state: 'running' });
    });

    it('runs a program: output, exit code, environment', async () => {
      const result = await run('echo $GREETING');
      expect(result).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' });
      expect((await run('exit 3')).code).toBe(3);
      expect((await run('echo [$GREETING]', { environment: { GREETING: null } })).stdout).toBe('[]\n');
    });

    it('says why a program cannot be started', async () => {
      await expect(run('true', { cwd: '/no/such/place' })).rejects.toMatchObject({ code: 'badRequest' });
      await expect(run('true', { user: 'nobody-at-all' })).rejects.toMatchObject({ code: 'badRequest' });
    });

    it('feeds stdin', async () => {
      const id = nextId<ExecId>('exe');
      await sandbox.startExec({ id, command: ['cat'], environment: {}, user, stdin: true });
      await sandbox.writeStdin(id, Buffer.from('in and out'));
      await sandbox.closeStdin(id);
      expect((await sink.exit(id)).exit).toEqual({ code: 0, signal: null });
      expect(sink.text(`${id} stdout`)).toBe('in and out');
    });

    it('ends a program at its deadline and by signal', async () => {
      const slow = nextId<ExecId>('exe');
      const command = ['sleep', '60'];
      await sandbox.startExec({ id: slow, command, environment: {}, user, stdin: false, timeoutMs: 100 });
      expect(await sink.exit(slow)).toMatchObject({ timedOut: true, exit: { signal: 'SIGKILL' } });
      const other = nextId<ExecId>('exe');
      await sandbox.startExec({ id: other, command, environment: {}, user, stdin: false });
      await sandbox.signalExec(other, 'SIGTERM');
      expect(await sink.exit(other)).toMatchObject({ timedOut: false, exit: { code: null, signal: 'SIGTERM' } });
    });

    it('opens a terminal that echoes, resizes and ends', async () => {
      const id = nextId<TerminalId>('trm');
      await sandbox.openTerminal({ id, columns: 80, rows: 24, environment: {}, user });
      await sandbox.writeTerminal(id, 'echo made-of-$GREETING\r');
      await sink.until(() => sink.text(id).includes('made-of-hello'));
      await sandbox.resizeTerminal(id, 120, 40);
      expect(sink.resizes).toContain(`${id} 120x40`);
      expect((await sandbox.running()).terminals).toContain(id);
      await sandbox.closeTerminal(id);
      await sink.exit(id);
      expect((await sandbox.running()).terminals).not.toContain(id);
      await expect(sandbox.writeTerminal(id, 'x')).rejects.toMatchObject({ code: /gone|notFound/ });
    });

    it('writes, reads, lists and removes files', async () => {
      const made = await write('notes/a.txt', 'first', { parents: true });
      expect(made).toMatchObject({ name: 'a.txt', path: '/home/user/notes/a.txt', kind: 'file', sizeBytes: 5, user });
      expect(await read('notes/a.txt')).toBe('first');
      expect(await read('notes/a.txt', { offset: 1, length: 3 })).toBe('irs');
      await write('notes/empty', '');
      const listing = await sandbox.files.list('notes', 10);
      expect(listing.items.map((item) => item.name).sort()).toEqual(['a.txt', 'empty']);
      expect(listing.truncated).toBe(false);
      expect((await sandbox.files.list('notes', 1)).truncated).toBe(true);
      expect((await sandbox.files.move('notes/a.txt', 'notes/b.txt', false)).path).toBe('/home/user/notes/b.txt');
      await expect(sandbox.files.move('notes/b.txt', 'notes/empty', false)).rejects.toMatchObject({
        code: 'alreadyExists',
      });
      await sandbox.files.move('notes/b.txt', 'notes/empty', true);
      expect(await read('notes/empty')).toBe('first');
      await expect(sandbox.files.remove('notes', false)).rejects.toMatchObject({ code: 'unprocessable' });
      await sandbox.files.remove('notes', true);
      await expect(sandbox.files.stat('notes')).rejects.toMatchObject({ code: 'notFound' });
    });

    it('guards a file against changes underneath', async () => {
      const first = await write('guarded', 'one', { expectedVersion: 'none' });
      await expect(write('guarded', 'two', { expectedVersion: 'none' })).rejects.toMatchObject({ code: 'conflict' });
      const second = await write('guarded', 'two', { expectedVersion: first.version });
      await expect(write('guarded', 'three', { expectedVersion: first.version })).rejects.toMatchObject({
        code: 'conflict',
      });
      expect(await read('guarded')).toBe('two');
      expect((await sandbox.files.stat('guarded')).version).toBe(second.version);
    });

    it('lets only one of two writers with the same version win', async () => {
      const { version } = await write('raced', 'start');
      const results = await Promise.allSettled([
        write('raced', 'left', { expectedVersion: version }),
        write('raced', 'right', { expectedVersion: version }),
      ]);
      expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('changes nothing by what it refuses', async () => {
      await write('kept', 'kept');
      await expect(write('kept/below', 'x')).rejects.toMatchObject({ code: 'unprocessable' });
      await expect(write('missing/file', 'x')).rejects.toMatchObject({ code: 'notFound' });
      await expect(sandbox.files.read('missing', { offset: 0 }, noSignal())).rejects.toMatchObject({
        code: 'notFound',
      });
      await expect(sandbox.files.read('/home', { offset: 0 }, noSignal())).rejects.toMatchObject({
        code: 'unprocessable',
      });
      const broken = async function* () {
        yield Buffer.from('half');
        throw new Error('the sender has gone');
      };
      await expect(sandbox.files.write('kept', broken(), {}, noSignal())).rejects.toThrow();
      expect(await read('kept')).toBe('kept');
      const names = (await sandbox.files.list('.', 1000)).items.map((item) => item.name);
      expect(names.filter((each) => each.includes('sandglass'))).toEqual([]);
    });

    it('lists a large directory page by page, in one order', async () => {
      await sandbox.files.makeDirectory('many/zzz');
      for (const name of ['b', 'a', 'd', 'c']) await write(`many/${name}`, '');
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await sandbox.files.list('many', 2, after);
        expect(page.total).toBe(5);
        seen.push(...page.items.map((item) => item.name));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(seen).toEqual(['zzz', 'a', 'b', 'c', 'd']);
      await sandbox.files.remove('many', true);
    });

    it('moves to the trash and back, and keeps two of the same name apart', async () => {
      await write('bin/kept', 'one', { parents: true });
      const first = await sandbox.files.trash(['bin/kept', 'bin/missing'], false);
      expect(first).toMatchObject({
        items: [{ path: '/home/user/bin/kept', kind: 'file', sizeBytes: 3 }],
        failed: [{ path: 'bin/missing', code: 'notFound' }],
      });
      await write('bin/kept', 'two');
      const second = await sandbox.files.trash(['bin/kept'], true);
      expect(await read('bin/kept')).toBe('two');
      expect((await sandbox.files.listTrash()).map((item) => item.path)).toEqual(Array(2).fill('/home/user/bin/kept'));
      const ids = first.items.map((item) => item.id);
      expect((await sandbox.files.restoreTrash(ids, false)).failed).toMatchObject([{ code: 'alreadyExists' }]);
      expect((await sandbox.files.restoreTrash(ids, true)).items).toMatchObject([{ path: '/home/user/bin/kept' }]);
      expect(await read('bin/kept')).toBe('one');
      expect((await sandbox.files.listTrash()).map((item) => item.id)).toEqual(second.items.map((item) => item.id));
      await sandbox.files.emptyTrash();
      expect(await sandbox.files.listTrash()).toEqual([]);
      await sandbox.files.remove('bin', true);
    });

    it('finds in files, and says when it stopped early', async () => {
      await write('src/a.ts', 'let total = 1\nTotal()\n', { parents: true });
      await write('src/node_modules/b.ts', 'total\n', { parents: true });
      await write('src/c.txt', 'subtotal total\n');
      const find = async (query: Partial<FindQuery>) => {
        const found: FindResult[] = [];
        const question = { path: 'src', query: 'total', limit: 100, ...query };
        for await (const result of await sandbox.files.find(question, noSignal())) found.push(result);
        const lines = found.flatMap((each) => (each.kind === 'line' ? `${each.path.slice(15)}:${each.line}` : []));
        return { lines: lines.sort(), end: found.at(-1) };
      };
      expect((await find({})).lines).toEqual(['a.ts:1', 'a.ts:2', 'c.txt:1']);
      expect((await find({ case: true, include: '*.ts' })).lines).toEqual(['a.ts:1']);
      expect((await find({ everything: true })).lines).toContain('node_modules/b.ts:1');
      expect((await find({ regex: true, query: '^sub\\w+' })).lines).toEqual(['c.txt:1']);
      expect(await find({ limit: 1 })).toMatchObject({ lines: [expect.anything()], end: { cut: 'limit' } });
      expect((await find({ regex: true, query: '(' })).end).toMatchObject({ problem: expect.stringMatching(/\S/) });
      expect((await find({ query: 'nowhere' })).end).toMatchObject({ lines: 0, cut: null, problem: null });
      await sandbox.files.remove('src', true);
    });

    it('carries folders as archives', async () => {
      await write('tree/deep/file.txt', 'in the tree', { parents: true });
      const tar = await sandbox.files.readArchive('tree', noSignal());
      await sandbox.files.makeDirectory('copy');
      const chunks: Buffer[] = [];
      for await (const chunk of tar) chunks.push(chunk as Buffer);
      await sandbox.files.writeArchive('copy', once2(chunks), noSignal());
      expect(await read('copy/deep/file.txt')).toBe('in the tree');
    });

    it('tells processes and figures', async () => {
      const processes = await sandbox.processes();
      expect(processes.length).toBeGreaterThan(0);
      const stats = await sandbox.stats();
      expect(stats.pids).toBeGreaterThan(0);
      expect(stats.memoryBytes).toBeGreaterThan(0);
    });

    it('refuses a port nobody listens on', async () => {
      await expect(sandbox.connectPort(4999)).rejects.toMatchObject({ code: 'portClosed' });
    });

    it('stands still while frozen, and says so', async () => {
      if (sandbox.capabilities.freeze === 'none') return;
      await sandbox.freeze();
      await expect(sandbox.processes()).rejects.toMatchObject({ code: 'wrongState' });
      expect((await world.driver.list()).sandboxes).toContainEqual({ id: sandbox.id, state: 'frozen' });
      await sandbox.thaw();
      expect((await run('echo $GREETING')).stdout).toBe('hello\n');
    });

    it('checkpoints, restores and forks files', async () => {
      if (sandbox.capabilities.checkpoint.files === 'none') return;
      const checkpoint = nextId<CheckpointId>('chk');
      await write('state', 'good');
      const made = await sandbox.checkpoint(checkpoint, false);
      expect(made.memory).toBe(false);
      expect(made.notHeld.length).toBeGreaterThan(0);
      await write('state', 'bad');
      const forkSink = new RecordingSink();
      const fork = await world.driver.create(
        await createSpec({ source: { checkpoint, image: 'base', memory: false } }),
        forkSink,
      );
      const forked = await fork.files.read('state', { offset: 0 }, noSignal());
      expect(await readAll(forked.content)).toBe('good');
      await fork.kill();
      const id = nextId<SandboxId>('sbx');
      const base = await world.driver.openBase(id, { checkpoint, image: 'base' });
      expect(await readAll((await base.files.read('state', { offset: 0 }, noSignal())).content)).toBe('good');
      expect((await base.files.list('.', 1000)).items.map((item) => item.name)).toContain('state');
      await base.close();
      await base.close();
      await expect(base.files.stat('state')).rejects.toThrow();
      expect((await world.driver.list()).sandboxes.map((each) => each.id)).not.toContain(id);
      const image = await world.driver.openBase(id, { image: 'base' });
      await expect(image.files.stat('state')).rejects.toMatchObject({ code: 'notFound' });
      await image.close();
      await sandbox.restore(checkpoint, false);
      expect(await read('state')).toBe('good');
      expect((await run('echo $GREETING')).stdout).toBe('hello\n');
      await world.driver.removeCheckpoint(checkpoint);
      expect((await world.driver.list()).checkpoints).not.toContain(checkpoint);
    });

    it('is there again after a restart of the server, with its terminals', async () => {
      const id = nextId<TerminalId>('trm');
      await sandbox.openTerminal({ id, columns: 80, rows: 24, environment: {}, user });
      await sandbox.writeTerminal(id, 'echo before-$GREETING\r');
      await sink.until(() => sink.text(id).includes('before-hello'));
      await sandbox.release();
      await world.driver.close();
      world.driver = await world.reopen();
      expect((await world.driver.list()).sandboxes).toContainEqual({ id: sandbox.id, state: 'running' });
      sandbox = await world.driver.adopt(spec, sink);
      expect((await sandbox.running()).terminals).toEqual([id]);
      await sandbox.writeTerminal(id, 'echo after-$GREETING\r');
      await sink.until(() => sink.text(id).includes('after-hello'));
    });

    it('is gone after a kill', async () => {
      await sandbox.kill();
      expect((await world.driver.list()).sandboxes.map((each) => each.id)).not.toContain(sandbox.id);
      await expect(sandbox.processes()).rejects.toMatchObject({ code: 'gone' });
      expect(sink.lostReason).toBeNull();
      await world.driver.discard(sandbox.id);
    });
  });
}

async function* once2(chunks: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
