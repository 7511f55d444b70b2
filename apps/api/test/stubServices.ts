/** The smallest services that keep the promises of services.ts: one room of sandboxes in memory, with a real log on disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import {
  AppError,
  type Checkpoint,
  type Exec,
  type ExecId,
  type FileEntry,
  type FindResult,
  type Sandbox,
  type SandboxId,
  type Terminal,
  type TerminalId,
} from '@sandglass/protocol';
import { replayOf } from '../src/bundles/replayedFile.ts';
import { Causes } from '../src/gate/causes.ts';
import { createConversationService } from '../src/recorder/conversations/service.ts';
import { trackFrame } from '../src/recorder/log.ts';
import { openLogStore } from '../src/recorder/logStore.ts';
import type { Caller, ScreenViewer, Services, ThumbnailViewer } from '../src/services.ts';
import {
  execA,
  makeEntry,
  makeSandbox,
  makeStats,
  running,
  sandboxA,
  sandboxB,
  shell,
  systemFacts,
  terminalA,
} from './stubFacts.ts';
import { stubGate } from './stubGate.ts';
import { noNotes, noRules, noRuns } from './stubReviews.ts';
import { noInterventions, noWebhooks } from './stubWebhooks.ts';

export { execA, sandboxA, sandboxB, terminalA };

export class StubServices {
  readonly directory = mkdtempSync(join(tmpdir(), 'sandglass-http-'));
  readonly store = openLogStore({ directory: join(this.directory, 'log') });
  readonly sandboxes = new Map<SandboxId, Sandbox>();
  readonly terminals = new Map<TerminalId, Terminal>();
  readonly execs = new Map<ExecId, Exec>();
  readonly files = new Map<string, Buffer>();
  readonly written: { caller: Caller; text: string }[] = [];
  readonly inputs: string[] = [];
  readonly viewers = new Set<ScreenViewer>();
  readonly thumbnailViewers = new Set<ThumbnailViewer>();
  readonly screenAcks: number[] = [];
  readonly stdin: string[] = [];
  readonly calls: { name: string; caller: Caller | null }[] = [];
  readonly changeListeners = new Set<(sandbox: Sandbox) => void>();
  phase: 'starting' | 'ok' | 'stopping' = 'ok';
  replayedPath: string | null = null;
  samples = 0;
  touched = 0;
  /** What the next call of a route fails with. */
  failWith: unknown = null;
  /** Holds back the answer of `system`. */
  systemGate: Promise<void> = Promise.resolve();
  waiting = 0;
  /** Holds back terminal input that the sandbox does not take yet. */
  inputGate: Promise<void> = Promise.resolve();

  constructor() {
    for (const id of [sandboxA, sandboxB]) this.sandboxes.set(id, makeSandbox(id));
    const { log } = this;
    log(sandboxA).append({
      kind: 'sandbox.created',
      actor: 'system',
      data: { sandbox: sandboxA, image: 'base', name: 'a', parent: null },
    });
    this.terminals.set(terminalA, shell);
    this.execs.set(execA, running);
  }

  log = (id: SandboxId) => this.store.open(id, { createdAtMs: 1 });

  /** As the recorder does with what a terminal prints. */
  print(text: string | Uint8Array): void {
    this.log(sandboxA).appendFrame(`terminal:${terminalA}`, trackFrame.output, Buffer.from(text as string));
  }

  exitTerminal(code: number): void {
    const exit = { code, signal: null };
    this.terminals.set(terminalA, { ...this.terminal(terminalA), exit });
    this.log(sandboxA).append({ kind: 'terminal.exited', actor: 'system', data: { terminal: terminalA, exit } });
  }

  change(id: SandboxId, part: Partial<Sandbox>): void {
    const changed = { ...this.sandbox(id), ...part };
    this.sandboxes.set(id, changed);
    for (const listener of [...this.changeListeners]) listener(changed);
  }

  sandbox(id: SandboxId): Sandbox {
    const found = this.sandboxes.get(id);
    if (!found) throw new AppError('notFound', `There is no sandbox ${id}.`);
    return found;
  }

  terminal(id: TerminalId): Terminal {
    const found = this.terminals.get(id);
    if (!found) throw new AppError('notFound', `There is no terminal ${id}.`);
    return found;
  }

  #file(path: string): { entry: FileEntry; content: Buffer } {
    const content = this.files.get(path);
    if (!content) throw new AppError('notFound', `There is no file ${path}.`);
    return { entry: makeEntry(path, content), content };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  readonly services: Services = {
    rules: noRules,
    runs: noRuns,
    notes: noNotes,
    system: {
      phase: () => this.phase,
      system: async () => {
        this.waiting++;
        await this.systemGate;
        if (this.failWith) throw this.failWith;
        return systemFacts;
      },
    },
    sandboxes: {
      list: async ({ only, limit }) => ({
        items: [...this.sandboxes.values()].filter((one) => only === undefined || one.id === only).slice(0, limit),
        next: null,
      }),
      get: (id) => this.sandbox(id),
      create: async (caller, body, signal) => {
        this.calls.push({ name: 'create', caller });
        if (this.failWith) throw this.failWith;
        if (body.name === 'slow')
          await new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => {
              this.calls.push({ name: 'create aborted', caller });
              reject(signal.reason);
            });
          });
        return this.sandbox(sandboxA);
      },
      update: async (_caller, id) => this.sandbox(id),
      freeze: async (_caller, id) => this.sandbox(id),
      thaw: async (_caller, id) => this.sandbox(id),
      kill: async (caller, id) => {
        this.calls.push({ name: 'kill', caller });
        this.change(id, { phase: 'dead' });
        return this.sandbox(id);
      },
      statsHistory: () => [],
      stats: async () => {
        this.samples++;
        return makeStats();
      },
      log: this.log,
      recording: this.log,
      ownerAt: (id) => id,
      pasts: () => [],
      onChange: (listener) => {
        this.changeListeners.add(listener);
        return () => this.changeListeners.delete(listener);
      },
      touch: () => {
        this.touched++;
      },
    },
    privacy: { start: (_caller, id) => this.sandbox(id), end: (_caller, id) => this.sandbox(id) },
    checkpoints: {
      list: async (): Promise<Checkpoint[]> => [],
      create: async () => {
        throw new AppError('notSupported', 'no checkpoints here');
      },
      restore: async (_caller, id) => this.sandbox(id),
      remove: async () => {},
    },
    terminals: {
      list: (sandbox) => [...this.terminals.values()].filter((one) => one.sandbox === sandbox),
      get: (_sandbox, id) => this.terminal(id),
      open: async (_caller, _sandbox, body) => ({ ...this.terminal(terminalA), owner: body.owner ?? 'agent' }),
      update: async (_caller, sandbox, id, body) => {
        const { columns = 80, rows = 24 } = body;
        this.terminals.set(id, { ...this.terminal(id), columns, rows });
        const payload = Buffer.alloc(4);
        payload.writeUInt16BE(columns, 0);
        payload.writeUInt16BE(rows, 2);
        this.log(sandbox).appendFrame(`terminal:${id}`, trackFrame.resize, payload);
        return this.terminal(id);
      },
      close: async () => {},
      write: async (caller, _sandbox, _id, text) => {
        await this.inputGate;
        if (this.failWith) throw this.failWith;
        this.written.push({ caller, text });
      },
      snapshot: async (sandbox, id) => {
        const log = this.log(sandbox);
        const drawing = [...log.frames(`terminal:${id}`, 0)]
          .filter((frame) => frame.kind === trackFrame.output)
          .map((frame) => Buffer.from(frame.payload).toString());
        const { columns, rows } = this.terminal(id);
        return { seq: log.lastSeq, columns, rows, drawing: drawing.join('') };
      },
    },
    calls: {
      lastSandbox: () => null,
      causes: new Causes(Date.now),
      mayHoldAfter: () => false,
      pass: async (_caller, _sandbox, asked, work) => await work(asked.arguments),
    },
    gate: stubGate,
    webhooks: noWebhooks,
    interventions: noInterventions,
    execs: {
      start: async () => this.#exec(),
      get: (_sandbox, id) => {
        const found = this.execs.get(id);
        if (!found) throw new AppError('notFound', `There is no command ${id}.`);
        return found;
      },
      lookUp: async (sandbox, id) => this.services.execs.get(sandbox, id),
      running: () => [...this.execs.values()],
      ended: async (sandbox, id) => this.services.execs.get(sandbox, id),
      signal: async () => {},
      writeStdin: async (_sandbox, _exec, bytes) => {
        this.stdin.push(Buffer.from(bytes).toString());
      },
      closeStdin: async () => {
        this.stdin.push('<end>');
      },
    },
    changes: {
      changes: async (_sandbox, base) => ({
        base,
        items: [],
        truncated: false,
        ignored: 0,
        lost: false,
        compared: true,
        seq: 0,
      }),
      revert: async () => ({ entry: null, trashed: null }),
      stat: async (_sandbox, _base, path) => this.#file(path).entry,
      list: async (_sandbox, _base, path) => ({ path, items: [], truncated: false, next: null, total: 0 }),
      read: async (_sandbox, _base, path) => {
        const { entry, content } = this.#file(path);
        return { entry, content: Readable.from([content]) };
      },
    },
    conversations: createConversationService({
      log: (sandbox) => this.services.sandboxes.log(sandbox),
      parent: () => null,
    }),
    pastFiles: {
      at: async (sandbox) => {
        throw new AppError('notFound', `Of ${sandbox} no files were recorded.`);
      },
    },
    files: {
      stat: async (_sandbox, path) => this.#file(path).entry,
      list: async (_sandbox, path) => ({ path, items: [], truncated: false, next: null, total: 0 }),
      trash: async () => ({ items: [], failed: [] }),
      listTrash: async () => [],
      restoreTrash: async () => ({ items: [], failed: [] }),
      emptyTrash: async () => {},
      find: async () => noneFound(),
      read: async (_sandbox, path, { offset, length }) => {
        const { entry, content } = this.#file(path);
        const end = length === undefined ? content.length : offset + length;
        return { entry, content: Readable.from([content.subarray(offset, end)], { objectMode: false }) };
      },
      write: async (_caller, _sandbox, path, content, options) => {
        if ((options.sizeBytes ?? 0) > 1_000_000_000) throw new AppError('noSpace', 'The disk of the sandbox is full.');
        const chunks: Uint8Array[] = [];
        for await (const chunk of content) {
          chunks.push(chunk);
          if (this.failWith) throw this.failWith;
        }
        this.files.set(path, Buffer.concat(chunks));
        return this.#file(path).entry;
      },
      makeDirectory: async (_caller, _sandbox, path) => makeEntry(path, Buffer.alloc(0)),
      move: async (_caller, _sandbox, _from, to) => makeEntry(to, Buffer.alloc(0)),
      remove: async () => {},
      readArchive: async () => Readable.from([Buffer.from('tar')]),
      writeArchive: async (_caller, _sandbox, path) => makeEntry(path, Buffer.alloc(0)),
    },
    browser: { act: async () => {}, follow: () => {} },
    machine: {
      windows: () => ({ windows: [], active: null }),
      processes: async () => [],
      signal: async () => {},
      ports: async () => [{ port: 8000, address: '127.0.0.1', pid: 7, process: 'python3' }],
      connectPort: async () => new PassThrough(),
    },
    search: {
      find: ({ words }) => ({ items: [], total: words.length, complete: true }),
    },
    screens: {
      watch: async (_sandbox, viewer) => {
        this.viewers.add(viewer);
        return {
          ack: (seq) => this.screenAcks.push(seq),
          close: () => this.viewers.delete(viewer),
        };
      },
      input: async () => ({
        pointer: (x, y, buttons) => this.inputs.push(`pointer ${x} ${y} ${buttons}`),
        key: (keysym, down) => this.inputs.push(`key ${keysym} ${down}`),
        clipboard: (text) => this.inputs.push(`clipboard ${text}`),
        resize: (width, height) => this.inputs.push(`resize ${width} ${height}`),
        release: () => this.inputs.push('release'),
      }),
      png: async () => Buffer.from('\x89PNG'),
    },
    thumbnails: {
      watch: async (_sandbox, viewer) => {
        if (this.failWith) throw this.failWith;
        this.thumbnailViewers.add(viewer);
        return () => void this.thumbnailViewers.delete(viewer);
      },
      stills: async (_sandbox, { count }) => ({
        items: [{ seq: 4, atUs: 40, width: 320, height: 200 }].slice(0, count),
        total: 1,
        nowUs: 50,
      }),
      still: async (_sandbox, atUs) => {
        if (atUs < 40) throw new AppError('notFound', 'No picture is kept from then.');
        const jpeg = Buffer.from([0xff, 0xd8, 0xff]);
        return { still: { seq: 4, atUs: 40, width: 320, height: 200, jpeg }, isFinal: atUs === 40 };
      },
    },
    replay: {
      file: () => replayOf(this.replayedPath).file(),
      read: (range) => replayOf(this.replayedPath).read(range),
    },
    previews: { open: async (_caller, _sandbox, port) => ({ url: `http://127.0.0.1:1/${port}`, expiresAtMs: 1 }) },
  };

  #exec(): Exec {
    return this.execs.get(execA) as Exec;
  }
}

async function* noneFound(): AsyncGenerator<FindResult> {
  yield { kind: 'end', files: 0, lines: 0, cut: null, problem: null };
}
