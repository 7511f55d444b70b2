/** Terminals as an agent uses them: it types, waits until nothing more comes, and reads what is shown. Typing is a call. */
import { AppError, type SandboxId, type Terminal, TerminalId } from '@sandglass/protocol';
import { z } from 'zod';
import type { Caller, Services } from '../../services.ts';
import type { Asking } from './asking.ts';
import type { Pause } from './pause.ts';
import { readTerminal } from './terminalText.ts';

const QUIET_MS = 300;
const LOOK_MS = 50;
const LAST_LINES = 200;
export const MAX_INPUT = 65_536;
const Typed = z.object({ terminal: TerminalId, input: z.string().max(MAX_INPUT) });

export interface TerminalsOptions {
  readonly services: Pick<Services, 'terminals' | 'calls' | 'sandboxes'>;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly pause: Pause;
}

export class Terminals {
  readonly #options: TerminalsOptions;

  constructor(options: TerminalsOptions) {
    this.#options = options;
  }

  async open(body: { name?: string; command?: readonly string[]; cwd?: string }): Promise<Terminal> {
    const { services, caller, sandbox } = this.#options;
    const { name, command, cwd } = body;
    return await services.terminals.open(caller, sandbox, {
      columns: 120,
      rows: 32,
      owner: 'agent',
      ...(name === undefined ? {} : { name }),
      ...(command === undefined ? {} : { command: [...command] }),
      ...(cwd === undefined ? {} : { cwd }),
    });
  }

  list(): readonly Terminal[] {
    return this.#options.services.terminals.list(this.#options.sandbox).filter(({ exit }) => exit === null);
  }

  async type(terminal: TerminalId, input: string, asking: Asking): Promise<void> {
    const { services, caller, sandbox } = this.#options;
    await services.calls.pass(
      caller,
      sandbox,
      {
        name: 'terminal.type',
        arguments: { terminal, input },
        summary: (given) => given.input.replace(/[\r\n]+$/, ''),
        outcome: () => ({ summary: 'sent' }),
        schema: Typed,
        ...asking.told,
      },
      (given) => services.terminals.write(caller, sandbox, given.terminal, given.input),
      asking.signal,
    );
  }

  async close(terminal: TerminalId): Promise<void> {
    await this.#options.services.terminals.close(this.#options.caller, this.#options.sandbox, terminal);
  }

  /** When nothing more came for a moment, or after `atMostMs`. */
  async read(terminal: TerminalId, atMostMs: number, signal?: AbortSignal): Promise<string> {
    const { services, caller, sandbox, pause } = this.#options;
    const log = services.sandboxes.log(sandbox).seenBy('all');
    let came = 0;
    const stop = log.onFrame(`terminal:${terminal}`, () => {
      came++;
    });
    try {
      let quietMs = 0;
      for (let waitedMs = 0; waitedMs < atMostMs && quietMs < QUIET_MS; waitedMs += LOOK_MS) {
        const before = came;
        await pause(LOOK_MS, signal);
        quietMs = came === before ? quietMs + LOOK_MS : 0;
      }
    } finally {
      stop();
    }
    const { text } = await readTerminal(await services.terminals.snapshot(sandbox, terminal, caller.token), LAST_LINES);
    const { exit } = services.terminals.get(sandbox, terminal);
    const ended = exit === null ? '' : `\n[The terminal has ended${exit.code === null ? '' : ` with ${exit.code}`}.]`;
    return `${text === '' ? '[nothing is shown]' : text}${ended}`;
  }
}

/** @throws AppError badRequest */
export function terminalOf(id: string): TerminalId {
  const parsed = TerminalId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new AppError('badRequest', `“${id.slice(0, 60)}” is no id of a terminal. terminal_open gives one.`);
}
