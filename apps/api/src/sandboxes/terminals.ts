import { AppError, type Terminal, type TerminalId } from '@sandglass/protocol';
import type { Gates } from '../gate/gates.ts';
import { type SandboxLog, trackFrame } from '../recorder/log.ts';
import { secretsOf } from '../recorder/redaction/secretNames.ts';
import type { TerminalService, TerminalSnapshot } from '../services.ts';
import type { Attachments } from './attachments.ts';
import { type By, byCaller, bySystem, type SandboxEntry } from './entry.ts';
import type { SandboxRoom } from './room.ts';

/** Draws a terminal as it is now, for who comes late. */
export type DrawTerminal = (log: SandboxLog, terminal: Terminal) => Promise<TerminalSnapshot>;

const MAX_OPEN_TERMINALS = 64;

export interface TerminalRoom {
  readonly service: TerminalService;
  /** The driver says that a terminal has a new size, in its place between the bytes. */
  resized(entry: SandboxEntry, id: TerminalId, columns: number, rows: number): void;
}

export function createTerminals(options: {
  room: SandboxRoom;
  gates: Gates;
  draw: DrawTerminal;
  attachments: Attachments;
}): TerminalRoom {
  const { room, gates, draw, attachments } = options;
  /** Who asked for a size that has not been reported yet. */
  const asking = new Map<string, By>();
  const keyOf = (entry: SandboxEntry, id: TerminalId) => `${entry.id}/${id}`;

  const find = (entry: SandboxEntry, id: TerminalId): Terminal => {
    const terminal = entry.terminals.get(id);
    if (terminal) return terminal;
    throw new AppError('notFound', `There is no terminal ${id} in this sandbox. List its terminals to see their ids.`);
  };
  const open = (entry: SandboxEntry, id: TerminalId): Terminal => {
    const terminal = find(entry, id);
    if (terminal.exit === null) return terminal;
    throw new AppError('gone', `The terminal “${terminal.name}” has ended. Open another one.`);
  };
  const shown = (entry: SandboxEntry, terminal: Terminal): Terminal => ({
    ...terminal,
    // The log of an ended sandbox is not opened for a number.
    bytes: entry.ended ? terminal.bytes : entry.log.trackBytes(`terminal:${terminal.id}`, trackFrame.output),
  });
  const change = (entry: SandboxEntry, terminal: Terminal) => {
    entry.terminals.set(terminal.id, terminal);
    return room.store.saveTerminal(shown(entry, terminal));
  };

  const resized = (entry: SandboxEntry, id: TerminalId, columns: number, rows: number): void => {
    const terminal = entry.terminals.get(id);
    if (!terminal || entry.ended || (terminal.columns === columns && terminal.rows === rows)) return;
    const by = asking.get(keyOf(entry, id)) ?? bySystem;
    entry.log.appendFrame(`terminal:${id}`, trackFrame.resize, sizePayload(columns, rows));
    entry.append({ kind: 'terminal.resized', actor: by.actor, by: by.token, data: { terminal: id, columns, rows } });
    change(entry, { ...terminal, columns, rows }).catch((error) =>
      room.logger.error({ err: error, sandbox: entry.id }, 'the size of a terminal could not be saved'),
    );
  };

  const resize = async (entry: SandboxEntry, id: TerminalId, size: { columns: number; rows: number; by: By }) => {
    asking.set(keyOf(entry, id), size.by);
    try {
      await entry.awake('resize a terminal').resizeTerminal(id, size.columns, size.rows);
      resized(entry, id, size.columns, size.rows);
    } finally {
      asking.delete(keyOf(entry, id));
    }
  };

  return {
    resized,
    service: {
      list: (sandbox) => {
        const entry = room.entry(sandbox);
        return [...entry.terminals.values()].map((terminal) => shown(entry, terminal));
      },
      get: (sandbox, id) => {
        const entry = room.entry(sandbox);
        return shown(entry, find(entry, id));
      },
      open: async (caller, sandbox, body) => {
        const entry = room.entry(sandbox);
        await gates.of(entry).input(caller);
        const handle = entry.awake('open a terminal');
        const living = [...entry.terminals.values()].filter((one) => one.exit === null);
        if (living.length >= MAX_OPEN_TERMINALS)
          throw new AppError(
            'limitExceeded',
            `A sandbox has at most ${MAX_OPEN_TERMINALS} open terminals. Close one first.`,
          );
        const { columns = 80, rows = 24, cwd, command, user = 'user', environment = {} } = body;
        for (const secret of secretsOf(environment)) entry.log.redactor.add(secret);
        const owner = body.owner ?? (caller.actor === 'person' ? 'person' : 'agent');
        const terminal: Terminal = {
          id: room.newId.terminal(),
          sandbox,
          name: body.name ?? freeName(entry, command?.[0]),
          owner,
          columns,
          rows,
          createdAtMs: room.clock.now(),
          exit: null,
          bytes: 0,
        };
        // Known before the first byte can come, so that nothing arrives for a stranger.
        entry.terminals.set(terminal.id, terminal);
        entry.log.appendFrame(`terminal:${terminal.id}`, trackFrame.resize, sizePayload(columns, rows));
        try {
          const { pid } = await handle.openTerminal({
            id: terminal.id,
            columns,
            rows,
            environment: { ...entry.changedEnvironment, ...environment },
            user,
            ...(cwd === undefined ? {} : { cwd }),
            ...(command === undefined ? {} : { command }),
          });
          if (pid !== undefined) entry.terminals.set(terminal.id, { ...find(entry, terminal.id), pid });
        } catch (error) {
          entry.terminals.delete(terminal.id);
          throw error;
        }
        if (entry.ended) throw new AppError('gone', 'The sandbox ended while the terminal was opened.');
        entry.lastActiveAtMs = room.clock.now();
        const { id, name } = terminal;
        const data = { terminal: id, name, owner, columns, rows };
        entry.append({ kind: 'terminal.opened', actor: caller.actor, by: caller.token, data });
        attachments.terminalOpened(entry, id);
        const now = find(entry, id);
        await change(entry, now);
        return shown(entry, now);
      },
      update: async (caller, sandbox, id, body) => {
        const entry = room.entry(sandbox);
        // Its size is how it is looked at, not what is done in it.
        if (body.name !== undefined) await gates.of(entry).input(caller);
        else gates.of(entry).control.resize(caller);
        const terminal = open(entry, id);
        const { columns = terminal.columns, rows = terminal.rows, name = terminal.name } = body;
        const by = byCaller(caller);
        if (columns !== terminal.columns || rows !== terminal.rows) await resize(entry, id, { columns, rows, by });
        if (name !== terminal.name) {
          const data = { terminal: id, name };
          entry.append({ kind: 'terminal.renamed', actor: caller.actor, by: caller.token, data });
          await change(entry, { ...find(entry, id), name });
        }
        return shown(entry, find(entry, id));
      },
      close: async (caller, sandbox, id) => {
        const entry = room.entry(sandbox);
        if (find(entry, id).exit !== null) return;
        await gates.of(entry).input(caller);
        await entry.awake('close a terminal').closeTerminal(id);
      },
      write: async (caller, sandbox, id, text) => {
        const entry = room.entry(sandbox);
        open(entry, id);
        await gates.of(entry).input(caller);
        entry.lastActiveAtMs = room.clock.now();
        await entry.awake('type into a terminal').writeTerminal(id, text);
      },
      snapshot: async (sandbox, id, by) => {
        const entry = room.entry(sandbox);
        const { log } = entry;
        const isTheirs = log.capture.phase === 'private' && by !== undefined && log.capture.by === by;
        return await draw(isTheirs ? log.seenBy(by) : log, find(entry, id));
      },
    },
  };
}

/** The shell, or the command; numbered from the second of its name on. */
function freeName(entry: SandboxEntry, command: string | undefined): string {
  const base = (command?.split('/').at(-1) ?? 'shell').replace(/[^\w.+-]/g, '').slice(0, 40) || 'shell';
  const living = [...entry.terminals.values()].filter((terminal) => terminal.exit === null);
  const taken = new Set(living.map((terminal) => terminal.name));
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base} ${n}`;
    if (!taken.has(name)) return name;
  }
}

/** u16 columns, u16 rows, big-endian. */
export function sizePayload(columns: number, rows: number): Uint8Array {
  const payload = Buffer.alloc(4);
  payload.writeUInt16BE(columns, 0);
  payload.writeUInt16BE(rows, 2);
  return payload;
}
