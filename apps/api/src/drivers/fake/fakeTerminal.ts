/** A fake terminal: line editing as a tty does it (echo, backspace, Ctrl-C, Ctrl-D) in front of the fake shell. */
import type { FakeProcess } from './fakeProcess.ts';
import { runCommand, runLine, type ShellContext } from './fakeShell.ts';

export interface FakeTerminal {
  readonly process: FakeProcess;
  columns: number;
  rows: number;
  type(text: string): void;
}

export function openFakeTerminal(
  process: FakeProcess,
  options: { columns: number; rows: number; command?: readonly string[] },
  machine: {
    context(
      signal: AbortSignal,
      write: (text: string | Uint8Array) => void,
      input: AsyncIterable<Uint8Array>,
    ): ShellContext;
    show(bytes: Uint8Array): void;
    awake(): Promise<void>;
  },
): { terminal: FakeTerminal; done: Promise<number> } {
  const lines = new LineQueue();
  let foreground: AbortController | undefined;
  let line = '';
  const show = (text: string | Uint8Array) => {
    const plain = typeof text === 'string' ? text : Buffer.from(text).toString('latin1');
    const cooked = plain.replace(/\r?\n/g, '\r\n');
    machine.show(Buffer.from(cooked, typeof text === 'string' ? 'utf8' : 'latin1'));
  };

  const type = async (text: string) => {
    await machine.awake();
    for (const character of text) {
      if (character === '\r' || character === '\n') {
        show('\n');
        lines.push(line);
        line = '';
      } else if (character === '\u007f' || character === '\b') {
        if (line !== '') show('\b \b');
        line = [...line].slice(0, -1).join('');
      } else if (character === '\u0003') {
        show('^C');
        line = '';
        if (foreground) foreground.abort();
        else lines.push('');
      } else if (character === '\u0004') {
        if (line === '') lines.close();
      } else {
        line += character;
        show(character);
      }
    }
  };

  async function* input(signal: AbortSignal): AsyncIterable<Uint8Array> {
    for (let next = await lines.next(signal); next !== undefined; next = await lines.next(signal))
      yield Buffer.from(`${next}\n`);
  }

  const shell = async (): Promise<number> => {
    const context = machine.context(process.signal, show, input(process.signal));
    let code = 0;
    for (;;) {
      await machine.awake();
      show(`\u001b[32m${context.user}@${context.hostname}\u001b[0m:${context.cwd.replace('/home/user', '~')}$ `);
      const typed = await lines.next(process.signal);
      if (typed === undefined) return code;
      foreground = new AbortController();
      const signal = AbortSignal.any([process.signal, foreground.signal]);
      const own = machine.context(signal, show, input(signal));
      own.cwd = context.cwd;
      try {
        const ended = await runLine(own, typed);
        code = ended.code;
        if (ended.exited) return code;
      } catch (error) {
        if (process.signal.aborted || !foreground.signal.aborted) throw error;
        show('\n');
        code = 130;
      } finally {
        foreground = undefined;
      }
      context.cwd = own.cwd;
    }
  };

  const { command } = options;
  const done = command ? runCommand(machine.context(process.signal, show, input(process.signal)), command) : shell();
  const terminal: FakeTerminal = {
    process,
    columns: options.columns,
    rows: options.rows,
    type: (text) => void type(text),
  };
  return { terminal, done };
}

class LineQueue {
  #lines: string[] = [];
  #closed = false;
  #wake: () => void = () => {};

  push(line: string): void {
    this.#lines.push(line);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async next(signal: AbortSignal): Promise<string | undefined> {
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      while (this.#lines.length === 0 && !this.#closed) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      signal.throwIfAborted();
      return this.#lines.shift();
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }
}
