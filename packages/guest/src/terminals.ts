/** Terminals: a shell on a pseudo-terminal each. They outlive the server's connection; a full buffer pauses the program. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Exit, TerminalId } from '@sandglass/protocol';
import type { GuestHello, GuestOps } from '@sandglass/protocol/guest';
import { killGroup } from './execs.ts';
import { GuestError } from './guestError.ts';
import { Input } from './input.ts';
import type { Link, Output } from './link.ts';
import { PseudoTerminal } from './pseudoTerminal.ts';
import { PATH, type Place, type Spawning } from './spawning.ts';

const MOST_TERMINALS = 256;
/** What a shell gets to end after SIGHUP (it may want to save its history). */
const HANGUP_GRACE_MS = 1000;
const LOOK_TIMEOUT_MS = 2000;

interface Open {
  readonly id: TerminalId;
  readonly pty: PseudoTerminal;
  readonly ids: Place['ids'];
  readonly output: Output;
  readonly input: Input;
  columns: number;
  rows: number;
  exit: Exit | null;
  said: boolean;
}

export class Terminals {
  readonly #link: Link;
  readonly #spawning: Spawning;
  readonly #terminals = new Map<TerminalId, Open>();

  constructor(link: Link, spawning: Spawning) {
    this.#link = link;
    this.#spawning = spawning;
  }

  /** Opening the same id again is the same terminal. Returns its process. */
  open(request: GuestOps['openTerminal'][0]): number {
    const { terminal: id, columns, rows } = request;
    const known = this.#terminals.get(id);
    if (known) return known.pty.pid;
    if (this.#terminals.size >= MOST_TERMINALS) {
      throw new GuestError('limitExceeded', `${MOST_TERMINALS} terminals are open; close some first.`);
    }
    const place = this.#spawning.place({
      ...request,
      environment: { TERM: 'xterm-256color', COLORTERM: 'truecolor', ...request.environment },
    });
    const command = request.command ?? [place.account.shell, '-l'];
    const output = this.#link.createOutput(id);
    let pty: PseudoTerminal;
    try {
      pty = new PseudoTerminal({
        command,
        place,
        columns,
        rows,
        onData: (bytes) => output.push(bytes),
        onEnd: (exit) => this.#finish(id, exit),
      });
    } catch (error) {
      this.#link.dropOutput(id);
      throw new GuestError('limitExceeded', `No terminal could be opened: ${String(error).slice(0, 200)}`);
    }
    const input = new Input(id, pty.stream, this.#link);
    output.onDrain = () => pty.resume();
    this.#terminals.set(id, { id, pty, ids: place.ids, output, input, columns, rows, exit: null, said: false });
    return pty.pid;
  }

  /** Returns how much output there was at the change. */
  resize(id: TerminalId, columns: number, rows: number): number {
    const terminal = this.#find(id);
    terminal.pty.resize(columns, rows);
    terminal.columns = columns;
    terminal.rows = rows;
    return terminal.output.buffer.end;
  }

  close(id: TerminalId): void {
    const terminal = this.#find(id);
    if (terminal.exit) return;
    const { pid } = terminal.pty;
    killGroup(pid, 'SIGHUP');
    killGroup(pid, 'SIGCONT');
    setTimeout(() => {
      for (const member of sessionMembers(pid)) killOne(member);
    }, HANGUP_GRACE_MS);
  }

  /** Where the program is that has the terminal now: the shell, or what it runs. Undefined for one that ended. */
  async directory(id: TerminalId): Promise<string | undefined> {
    const terminal = this.#terminals.get(id);
    if (!terminal || terminal.exit) return undefined;
    const { pid } = terminal.pty;
    const inFront = foregroundOf(pid);
    const found = inFront === undefined ? undefined : await directoryOf(inFront, terminal.ids);
    return found ?? (await directoryOf(pid, terminal.ids));
  }

  findInput(stream: string): Input | undefined {
    return this.#terminals.get(stream as TerminalId)?.input;
  }

  forget(id: TerminalId): void {
    const terminal = this.#terminals.get(id);
    if (!terminal?.exit) return;
    this.#terminals.delete(id);
    this.#link.dropOutput(id);
  }

  describe(): GuestHello['terminals'] {
    return [...this.#terminals.values()].map(({ id, columns, rows, output, input }) => ({
      id,
      columns,
      rows,
      output: { acked: output.buffer.acked, end: output.buffer.end },
      input: input.received,
    }));
  }

  disconnected(): void {
    for (const terminal of this.#terminals.values()) terminal.said = false;
  }

  #find(id: TerminalId): Open {
    const terminal = this.#terminals.get(id);
    if (!terminal) throw new GuestError('notFound', 'There is no such terminal.');
    return terminal;
  }

  #finish(id: TerminalId, exit: Exit): void {
    const terminal = this.#terminals.get(id);
    if (!terminal) return;
    const { input, output } = terminal;
    terminal.exit = exit;
    input.close();
    output.end(() => {
      if (terminal.said) return;
      terminal.said = this.#link.say({ type: 'terminalExited', terminal: id, exit, end: output.buffer.end });
    });
  }
}

/** The group that the keys go to; its leader has the same number. */
function foregroundOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[5]);
  } catch {
    return undefined;
  }
}

/** Only who runs a program may see where it is: root in here, without the right to trace, may not look at a user's. */
async function directoryOf(pid: number, ids: Place['ids']): Promise<string | undefined> {
  const link = `/proc/${pid}/cwd`;
  try {
    return readlinkSync(link);
  } catch {
    // Of a program of somebody else, or one that ended in the meantime.
  }
  if (ids === null) return undefined;
  const run = promisify(execFile);
  return await run('readlink', ['-n', '--', link], { ...ids, timeout: LOOK_TIMEOUT_MS, env: { PATH }, cwd: '/' }).then(
    ({ stdout }) => (stdout === '' ? undefined : stdout),
    () => undefined,
  );
}

/** Processes of a session: the shell's jobs have groups of their own. */
function sessionMembers(session: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(fields[3]) === session ? [pid] : [];
    } catch {
      return [];
    }
  });
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}
