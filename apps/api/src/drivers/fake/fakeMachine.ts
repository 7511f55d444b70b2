/** One fake sandbox on its fake host: it lives on when the server that made it goes away. */
import {
  AppError,
  type ExecId,
  type Exit,
  type Limits,
  type ProcessInfo,
  type SandboxId,
  type ScreenWindows,
  type Signal,
  type TerminalId,
} from '@sandglass/protocol';
import type { VariablesForProgram } from '@sandglass/protocol/guest';
import type { CreateSpec, ExecSpec, SandboxSink, TerminalSpec } from '../../sandboxes/driver.ts';
import { FakeFiles, type FakeNode } from './fakeFiles.ts';
import { FakePorts } from './fakePorts.ts';
import { FakeProcess } from './fakeProcess.ts';
import { runCommand, type ShellContext } from './fakeShell.ts';
import { type FakeTerminal, openFakeTerminal } from './fakeTerminal.ts';

const HOME = '/home/user';

export class FakeMachine {
  readonly id: SandboxId;
  readonly terminals = new Map<TerminalId, FakeTerminal>();
  readonly execs = new Map<ExecId, FakeProcess>();
  readonly #spec: CreateSpec;
  readonly #now: () => number;
  readonly #startedAtMs: number;
  readonly ports = new FakePorts();
  files: FakeFiles;
  limits: Limits;
  state: 'running' | 'frozen' | 'dead' = 'running';
  #sink: SandboxSink | undefined;
  #thawed: PromiseWithResolve = promiseWithResolve();
  #nextPid = 2;

  constructor(spec: CreateSpec, now: () => number, root?: FakeNode) {
    this.id = spec.id;
    this.#spec = spec;
    this.#now = now;
    this.#startedAtMs = now();
    this.limits = spec.limits;
    this.files = this.#openFiles(root);
  }

  attach(sink: SandboxSink | undefined): void {
    this.#sink = sink;
    for (const process of this.#processes()) process.outbox.attach(sink);
  }

  openTerminal(spec: TerminalSpec): { pid: number } {
    this.#assertRunning();
    this.#directory(spec.cwd ?? HOME);
    const process = this.#start(spec.command ?? ['bash', '-l'], spec.user);
    let offset = 0;
    const { terminal, done } = openFakeTerminal(process, spec, {
      context: (signal, write, input) =>
        this.#context(
          { ...spec, signal },
          (_, text) => write(text),
          () => input,
        ),
      awake: () => this.#awake(),
      show: (bytes) => {
        const at = offset;
        offset += bytes.length;
        process.outbox.push((sink) => sink.terminalData(spec.id, at, bytes));
      },
    });
    this.terminals.set(spec.id, terminal);
    const ended = process.run(() => done);
    void ended.then((exit) => {
      process.outbox.push((sink) => {
        this.terminals.delete(spec.id);
        sink.terminalExited(spec.id, exit);
      });
    });
    return { pid: process.pid };
  }

  resizeTerminal(id: TerminalId, columns: number, rows: number): void {
    const terminal = this.terminal(id);
    terminal.columns = columns;
    terminal.rows = rows;
    terminal.process.outbox.push((sink) => sink.terminalResized(id, columns, rows));
  }

  terminal(id: TerminalId): FakeTerminal {
    const terminal = this.terminals.get(id);
    if (!terminal) throw new AppError('gone', `The terminal ${id} has ended.`);
    return terminal;
  }

  startExec(spec: ExecSpec): { pid: number } {
    this.#assertRunning();
    const process = this.#start(spec.command, spec.user);
    if (!spec.stdin) process.input.close();
    const offsets = { stdout: 0, stderr: 0 };
    const context = this.#context(
      { ...spec, signal: process.signal },
      (stream, text) => {
        const bytes = Buffer.from(text as string);
        const at = offsets[stream];
        offsets[stream] += bytes.length;
        process.outbox.push((sink) => sink.execData(spec.id, stream, at, bytes));
      },
      () => process.input.read(process.signal),
    );
    this.execs.set(spec.id, process);
    let timedOut = false;
    const timer =
      spec.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            process.kill('SIGKILL');
          }, spec.timeoutMs);
    void process
      .run(() => runCommand(context, spec.command))
      .then((exit: Exit) => {
        clearTimeout(timer);
        process.outbox.push((sink) => {
          this.execs.delete(spec.id);
          sink.execExited(spec.id, exit, timedOut);
        });
      });
    return { pid: process.pid };
  }

  exec(id: ExecId): FakeProcess {
    const process = this.execs.get(id);
    if (!process) throw new AppError('gone', `The command ${id} has ended.`);
    return process;
  }

  processes(): ProcessInfo[] {
    const first = new FakeProcess({ pid: 1, command: ['guest'], user: 'root', startedAtMs: this.#startedAtMs });
    return [first, ...this.#processes()].map((process) => ({
      pid: process.pid,
      parent: process.pid === 1 ? 0 : 1,
      user: process.user,
      command: process.command[0] ?? '',
      arguments: [...process.command],
      state: this.state === 'frozen' ? 'D' : 'S',
      cpuUsec: 1000,
      memoryBytes: 1_048_576,
      startedAtMs: process.startedAtMs,
    }));
  }

  signalProcess(pid: number, signal: Signal): void {
    const process = this.#processes().find((one) => one.pid === pid);
    if (!process) throw new AppError('notFound', `There is no process ${pid}.`);
    process.kill(signal);
  }

  freeze(): void {
    if (this.state === 'dead') throw new AppError('gone', 'The sandbox has ended.');
    if (this.state === 'frozen') return;
    this.state = 'frozen';
    this.#thawed = promiseWithResolve();
  }

  thaw(): void {
    if (this.state === 'dead') throw new AppError('gone', 'The sandbox has ended.');
    this.state = 'running';
    this.#thawed.resolve();
  }

  /** For tests: a desktop that is played. */
  showWindows(windows: ScreenWindows): void {
    this.#sink?.windowsSeen(windows);
  }

  /** As after a restore: everything that ran is gone without a word, the files are those given. */
  reset(root: FakeNode): void {
    this.attach(undefined);
    this.#endProcesses();
    this.state = 'running';
    this.#thawed.resolve();
    this.files = this.#openFiles(root);
  }

  /** Ends it; `reason` = nobody asked (a crash), and the sink is told. */
  end(reason?: string): void {
    if (this.state === 'dead') return;
    this.state = 'dead';
    this.#thawed.resolve();
    const sink = this.#sink;
    this.attach(undefined);
    this.#endProcesses();
    if (reason !== undefined) sink?.lost(reason);
  }

  #openFiles(root?: FakeNode): FakeFiles {
    const files = new FakeFiles({
      now: this.#now,
      limitBytes: this.limits.diskMb * 1_048_576,
      ...(root ? { root } : {}),
    });
    files.onChange = (change) => this.#sink?.fileChanges([change], 0);
    return files;
  }

  #assertRunning(): void {
    if (this.state === 'dead') throw new AppError('gone', 'The sandbox has ended.');
    if (this.#processes().length >= this.limits.pids)
      throw new AppError('limitExceeded', 'The sandbox has as many processes as it may have.');
  }

  #directory(path: string): string {
    try {
      return this.files.list(path).path;
    } catch {
      throw new AppError('badRequest', `The working directory ${path} does not exist.`);
    }
  }

  #start(command: readonly string[], user: string): FakeProcess {
    if (user !== 'user' && user !== 'root')
      throw new AppError('badRequest', `There is no user ${user} in the sandbox.`);
    const process = new FakeProcess({ pid: this.#nextPid++, command, user, startedAtMs: this.#now() });
    process.outbox.attach(this.#sink);
    return process;
  }

  #processes(): FakeProcess[] {
    return [...[...this.terminals.values()].map((terminal) => terminal.process), ...this.execs.values()];
  }

  #endProcesses(): void {
    for (const process of this.#processes()) process.kill('SIGKILL');
    this.terminals.clear();
    this.execs.clear();
    this.ports.close();
  }

  #awake(): Promise<void> {
    return this.state === 'frozen' ? this.#thawed.promise : Promise.resolve();
  }

  #context(
    spec: { cwd?: string; environment: VariablesForProgram; user: string; signal: AbortSignal },
    write: ShellContext['write'],
    readStdin: ShellContext['readStdin'],
  ): ShellContext {
    return {
      files: this.files,
      environment: givenOf({ HOME: '/home/user', USER: spec.user, ...this.#spec.environment, ...spec.environment }),
      user: spec.user,
      hostname: this.#spec.hostname,
      signal: spec.signal,
      cwd: this.#directory(spec.cwd ?? HOME),
      write,
      readStdin,
      awake: () => this.#awake(),
      serve: (port, body) => {
        const owner = this.#processes().find((process) => process.signal === spec.signal) ?? null;
        return this.ports.serve(port, { body, owner, signal: spec.signal });
      },
      processes: () => this.processes().map((process) => `${process.pid} ${process.arguments.join(' ')}`),
    };
  }
}

interface PromiseWithResolve {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}
function promiseWithResolve(): PromiseWithResolve {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

const givenOf = (variables: VariablesForProgram): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).filter((variable): variable is [string, string] => variable[1] !== null),
  );
