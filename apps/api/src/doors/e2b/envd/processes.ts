/** process.Process: starts, follows, feeds and ends programs. A program belongs to its sandbox, not to the client that started it. */
import { AppError, type ExecId, type Exit, Signal, type TerminalId, toAppError } from '@sandglass/protocol';
import { z } from 'zod';
import { trackFrame } from '../../../recorder/log.ts';
import { header } from '../exchange.ts';
import type { Inside } from './inside.ts';
import { followOutput } from './output.ts';
import { ProcessConfig, type Program, Selector } from './programs.ts';
import type { ServerStream } from './serverStream.ts';

const Size = z.object({
  cols: z.number().int().min(2).max(1_000).default(80),
  rows: z.number().int().min(1).max(1_000).default(24),
});
export const Start = z.object({
  process: ProcessConfig,
  pty: z.object({ size: Size.default({ cols: 80, rows: 24 }) }).nullish(),
  stdin: z.boolean().default(true),
  tag: z.string().max(256).optional(),
});
export const Nothing = z.object({});
export const Select = z.object({ process: Selector });
export const SendInput = z.object({
  process: Selector,
  input: z.object({ stdin: z.string().optional(), pty: z.string().optional() }).default({}),
});
export const Update = z.object({ process: Selector, pty: z.object({ size: Size }).nullish() });
export const SendSignal = z.object({ process: Selector, signal: z.union([z.string(), z.number()]) });

export const keepalive = { event: { keepalive: {} } };
const data = (stream: 'stdout' | 'stderr' | 'pty', bytes: Uint8Array) => ({
  event: { data: { [stream]: Buffer.from(bytes).toString('base64') } },
});

/** A day: more than this is no deadline. */
const LONGEST_MS = 86_400_000;

export function deadlineMs(inside: Inside): number | undefined {
  const asked = Number(header(inside.exchange, 'connect-timeout-ms'));
  return Number.isInteger(asked) && asked > 0 && asked <= LONGEST_MS ? asked : undefined;
}

export async function start(inside: Inside, stream: ServerStream, request: z.output<typeof Start>): Promise<void> {
  const timeoutMs = deadlineMs(inside);
  const begun = request.pty ? openTerminal(inside, request) : startExec(inside, stream, request, timeoutMs);
  const unborn = await unbornPid(inside, begun, stream);
  let started: { pid: number; program: Program };
  try {
    started = await begun;
  } catch (error) {
    throw unknownUser(error, inside);
  }
  const { program } = started;
  const pid = unborn ?? started.pid;
  const { id } = inside.sandbox;
  const pids = new Set([pid, started.pid]);
  for (const one of pids)
    inside.programs.add(id, one, { program, config: request.process, tag: one === pid ? request.tag : undefined });
  const over = 'exec' in program ? execOver(inside, program.exec) : terminalOver(inside, program.terminal, timeoutMs);
  const forget = () => {
    for (const one of pids) inside.programs.ended(id, one);
  };
  over.then(forget, forget);
  if (unborn === undefined) {
    await stream.send({ event: { start: { pid } } });
    stream.keepAlive();
  }
  await follow(inside, stream, { program, over, after: 0 });
}

/** The vendor's clients wait a minute for the first word: one that is held longer than a moment gets a number to go on with. */
async function unbornPid(inside: Inside, begun: Promise<unknown>, stream: ServerStream): Promise<number | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const held = new Promise<'held'>((resolve) => {
    timer = setTimeout(() => resolve('held'), inside.heldAfterMs);
  });
  const first = await Promise.race([
    held,
    begun.then(
      () => 'begun' as const,
      () => 'begun' as const,
    ),
  ]);
  clearTimeout(timer);
  if (first === 'begun') return undefined;
  const pid = inside.programs.reserve();
  await stream.send({ event: { start: { pid } } });
  stream.keepAlive();
  return pid;
}

async function startExec(
  { services, sandbox, caller, user, programs }: Inside,
  stream: ServerStream,
  { process, stdin }: z.output<typeof Start>,
  timeoutMs: number | undefined,
): Promise<{ pid: number; program: Program }> {
  const exec = await services.execs.start(
    caller,
    sandbox.id,
    {
      command: commandOf(process),
      environment: process.envs,
      user,
      stdin,
      wait: false,
      ...(process.cwd === undefined || process.cwd === '' ? {} : { cwd: homePath(process.cwd, user) }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    },
    stream.signal,
  );
  // A person may have answered in its stead: then nothing was started.
  return { pid: exec.pid ?? programs.reserve(), program: { exec: exec.id } };
}

/** What was said to a shell is shown, edited and ruled on as what was said. */
function commandOf({ cmd, args }: z.output<typeof ProcessConfig>): string | string[] {
  const [login, flag, words] = args;
  const isShell = cmd === '/bin/bash' && args.length === 3 && login === '-l' && flag === '-c';
  return isShell && words ? words : [cmd, ...args];
}

async function openTerminal(
  { services, sandbox, caller, user, programs }: Inside,
  { process, pty }: z.output<typeof Start>,
): Promise<{ pid: number; program: Program }> {
  const { cols = 80, rows = 24 } = pty?.size ?? {};
  const terminal = await services.terminals.open(caller, sandbox.id, {
    columns: cols,
    rows,
    environment: process.envs,
    user,
    command: [process.cmd, ...process.args],
    ...(process.cwd === undefined || process.cwd === '' ? {} : { cwd: homePath(process.cwd, user) }),
  });
  return { pid: terminal.pid ?? programs.reserve(), program: { terminal: terminal.id } };
}

/** What is written from now on, and the end. */
export async function connect(inside: Inside, stream: ServerStream, request: z.output<typeof Select>): Promise<void> {
  const { pid, program } = inside.programs.find(inside.sandbox.id, request.process);
  const over = 'exec' in program ? execOver(inside, program.exec) : terminalOver(inside, program.terminal, undefined);
  over.catch(() => {});
  const after = inside.services.sandboxes.log(inside.sandbox.id).lastSeq;
  await stream.send({ event: { start: { pid } } });
  stream.keepAlive();
  await follow(inside, stream, { program, over, after });
}

/** How a program ended; null: its sandbox did. */
type Ending = { readonly exit: Exit; readonly timedOut: boolean } | null;

async function follow(
  { services, sandbox }: Inside,
  stream: ServerStream,
  { program, over, after }: { program: Program; over: Promise<Ending>; after: number },
): Promise<void> {
  // The agent's own program: during a person's private moment it answers as before.
  const log = services.sandboxes.log(sandbox.id).seenBy('all');
  await followOutput({
    log,
    track: 'exec' in program ? `exec:${program.exec}` : `terminal:${program.terminal}`,
    after,
    over,
    signal: stream.signal,
    deliver: async (frame) => {
      if (frame.kind === trackFrame.stdout) await stream.send(data('stdout', frame.payload));
      else if (frame.kind === trackFrame.stderr) await stream.send(data('stderr', frame.payload));
      else if (frame.kind === trackFrame.output) await stream.send(data('pty', frame.payload));
    },
  });
  if (stream.signal.aborted) return;
  const ending = await over;
  if (ending === null) return stream.reset();
  if (ending.timedOut) throw new AppError('timeout', 'The command ran longer than its timeout and was ended.');
  await stream.send({ event: { end: endOf(ending.exit) } });
  stream.end();
}

async function execOver({ services, sandbox }: Inside, id: ExecId): Promise<Ending> {
  const exec = await services.execs.ended(sandbox.id, id);
  return exec.exit === null ? null : { exit: exec.exit, timedOut: exec.timedOut };
}

async function terminalOver(inside: Inside, id: TerminalId, timeoutMs: number | undefined): Promise<Ending> {
  const { services, sandbox, caller } = inside;
  let timedOut = false;
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          services.terminals.close(caller, sandbox.id, id).catch(() => {});
        }, timeoutMs);
  timer?.unref();
  try {
    const exit = await new Promise<Exit>((resolve) => {
      const stop = services.sandboxes.log(sandbox.id).onEvent((event) => {
        if (event.kind !== 'terminal.exited' || event.data.terminal !== id) return;
        stop();
        resolve(event.data.exit);
      });
      const now = services.terminals.get(sandbox.id, id).exit;
      if (now === null) return;
      stop();
      resolve(now);
    });
    // One that ends with its sandbox is killed by nobody inside.
    const { phase } = services.sandboxes.get(sandbox.id);
    return ['killing', 'dead', 'failed'].includes(phase) ? null : { exit, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

const signalWords: Readonly<Record<string, string>> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGQUIT: 'quit',
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGPIPE: 'broken pipe',
  SIGTERM: 'terminated',
};

export function endOf({ code, signal }: Exit) {
  if (signal !== null) {
    const status = `signal: ${signalWords[signal] ?? signal.toLowerCase()}`;
    return { exitCode: -1, exited: false, status, error: status };
  }
  const exitCode = code ?? 0;
  const status = `exit status ${exitCode}`;
  return { exitCode, exited: true, status, ...(exitCode === 0 ? {} : { error: status }) };
}

export async function sendInput(inside: Inside, { process, input }: z.output<typeof SendInput>): Promise<object> {
  const { services, sandbox, caller } = inside;
  const { program } = inside.programs.find(sandbox.id, process);
  if ('exec' in program) {
    if (input.stdin === undefined) throw new AppError('internal', 'tty not assigned to process');
    await services.execs.writeStdin(sandbox.id, program.exec, Buffer.from(input.stdin, 'base64'), caller);
  } else {
    if (input.pty === undefined) throw new AppError('internal', 'stdin not assigned to process');
    await services.terminals.write(caller, sandbox.id, program.terminal, Buffer.from(input.pty, 'base64').toString());
  }
  return {};
}

export async function closeStdin({ services, sandbox, programs }: Inside, { process }: z.output<typeof Select>) {
  const { program } = programs.find(sandbox.id, process);
  if ('exec' in program) await services.execs.closeStdin(sandbox.id, program.exec);
  return {};
}

export async function update(inside: Inside, { process, pty }: z.output<typeof Update>): Promise<object> {
  const { services, sandbox, caller, programs } = inside;
  const { program } = programs.find(sandbox.id, process);
  if (!pty) return {};
  if ('exec' in program) throw new AppError('wrongState', 'tty not assigned to process');
  const { cols: columns, rows } = pty.size;
  await services.terminals.update(caller, sandbox.id, program.terminal, { columns, rows });
  return {};
}

export async function sendSignal(inside: Inside, request: z.output<typeof SendSignal>): Promise<object> {
  const { services, sandbox, caller, programs } = inside;
  const { pid, program } = programs.find(sandbox.id, request.process);
  const signal = signalOf(request.signal);
  try {
    if ('exec' in program) await services.execs.signal(caller, sandbox.id, program.exec, signal);
    else if (services.terminals.get(sandbox.id, program.terminal).exit !== null)
      throw new AppError('gone', 'The terminal has ended already.');
    else await services.machine.signal(caller, sandbox.id, pid, signal);
  } catch (error) {
    if (toAppError(error).code === 'gone') throw new AppError('notFound', `process with pid ${pid} not found`);
    throw error;
  }
  return {};
}

function signalOf(given: string | number): Signal {
  const name =
    given === 9 || given === 'SIGNAL_SIGKILL'
      ? 'SIGKILL'
      : given === 15 || given === 'SIGNAL_SIGTERM'
        ? 'SIGTERM'
        : given;
  const parsed = Signal.safeParse(typeof name === 'string' ? name.replace(/^SIGNAL_/, '') : name);
  if (parsed.success) return parsed.data;
  throw new AppError('badRequest', `invalid signal: ${String(given).slice(0, 40)}`);
}

/** `~` and relative paths begin where the user lives. */
export function homePath(path: string, user: string): string {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  if (path === '' || path === '~' || path === '.') return home;
  if (path.startsWith('~/')) return `${home}/${path.slice(2)}`;
  return path.startsWith('/') ? path : `${home}/${path}`;
}

/** To the vendor's clients that is a matter of who they are. */
function unknownUser(error: unknown, { user }: Inside): unknown {
  const known = toAppError(error);
  if (known.code !== 'badRequest' || user === 'user' || user === 'root' || !known.message.includes(`user "${user}"`))
    return error;
  return new AppError('unauthenticated', `invalid username: '${user}'`);
}
