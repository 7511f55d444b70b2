import { AppError, type Exec, toAppError } from '@sandglass/protocol';
import type { ExecService } from '../services.ts';
import { askCall } from './calls.ts';
import { findEnd } from './execPast.ts';
import type { SandboxRoom } from './room.ts';

/** A command somebody waits for is ended after this long unless they say otherwise. */
const WAITED_TIMEOUT_MS = 600_000;
const DEFAULT_OUTPUT_BYTES = 1_048_576;
const MAX_RUNNING = 512;

export function createExecService(room: SandboxRoom): ExecService {
  return {
    start: async (caller, sandbox, body, signal, { around = (words) => words } = {}) => {
      const entry = room.entry(sandbox);
      const handle = entry.awake('exec');
      if (entry.execs.running.length >= MAX_RUNNING)
        throw new AppError(
          'limitExceeded',
          `At most ${MAX_RUNNING} commands of a sandbox may run at once. End some first.`,
        );
      const { wait = true, user = 'user', environment = {}, cwd, stdin = false } = body;
      const command = typeof body.command === 'string' ? ['bash', '-lc', body.command] : body.command;
      refuseNul(command);
      const timeoutMs = body.timeoutMs ?? (wait ? WAITED_TIMEOUT_MS : undefined);
      const id = room.newId.exec();
      const call = askCall(entry.log, caller, room.newId.call(), {
        name: 'exec',
        summary: typeof body.command === 'string' ? body.command : command.join(' '),
        arguments: {
          command: body.command,
          ...(cwd === undefined ? {} : { cwd }),
          ...(user === 'user' ? {} : { user }),
          ...(body.timeoutMs === undefined ? {} : { timeoutMs: body.timeoutMs }),
          ...(Object.keys(environment).length === 0 ? {} : { environment }),
          ...(typeof stdin === 'string' ? { stdin } : {}),
        },
        exec: id,
      });
      const exec: Exec = {
        id,
        sandbox,
        command: [...command],
        cwd: cwd ?? null,
        user,
        actor: caller.actor,
        startedAtMs: room.clock.now(),
        durationMs: null,
        exit: null,
        timedOut: false,
        seq: call.seq,
        stdout: null,
        stderr: null,
        truncated: false,
        error: null,
      };
      entry.execs.add(exec, call, wait ? (body.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES) : null);
      entry.lastActiveAtMs = room.clock.now();
      try {
        const [{ pid }] = await Promise.all([
          handle.startExec({
            id,
            command: around(command),
            environment,
            user,
            stdin: stdin !== false,
            ...(cwd === undefined ? {} : { cwd }),
            ...(timeoutMs === undefined ? {} : { timeoutMs }),
          }),
          // So that a restarted server can end the call of a command that outlived it.
          room.store.saveExec({ exec, call: call.id, by: caller.token }),
        ]);
        entry.execs.started(id, pid);
      } catch (error) {
        entry.execs.failed(id, toAppError(error));
        throw error;
      }
      if (typeof stdin === 'string') {
        // A program that does not read its input, or is gone already, is no error of the caller's.
        await ignoreGone(handle.writeStdin(id, Buffer.from(stdin)));
        await ignoreGone(handle.closeStdin(id));
      }
      if (!wait) return entry.execs.get(id);
      const ended = await entry.execs.wait(id, signal);
      entry.lastActiveAtMs = room.clock.now();
      if (ended.error !== null) throw new AppError('gone', ended.error);
      return ended;
    },
    get: (sandbox, exec) => room.entry(sandbox).execs.get(exec),
    running: (sandbox) => {
      const { execs } = room.entry(sandbox);
      return execs.running.map((id) => execs.get(id));
    },
    ended: async (sandbox, exec, signal) => await room.entry(sandbox).execs.wait(exec, signal),
    lookUp: async (sandbox, exec) => {
      const entry = room.entry(sandbox);
      if (entry.execs.has(exec)) return entry.execs.get(exec);
      const stored = await room.store.exec(sandbox, exec);
      // Not known at all: it says so.
      if (!stored) return entry.execs.get(exec);
      return findEnd(entry.log, stored) ?? stored.exec;
    },
    signal: async (caller, sandbox, exec, signal) => {
      const entry = room.entry(sandbox);
      const target = entry.execs.get(exec);
      if (target.exit !== null) throw new AppError('gone', 'The command has ended already.');
      const handle = entry.awake('signal');
      const call = askCall(entry.log, caller, room.newId.call(), {
        name: 'signal',
        summary: `${signal} to ${target.command.join(' ')}`,
        arguments: { exec, signal },
      });
      try {
        await handle.signalExec(exec, signal);
        call.ended({ summary: 'sent' });
      } catch (error) {
        call.failed(error);
        throw error;
      }
    },
    writeStdin: async (sandbox, exec, bytes) => {
      const entry = room.entry(sandbox);
      entry.execs.get(exec);
      entry.lastActiveAtMs = room.clock.now();
      await entry.awake('write to a command').writeStdin(exec, bytes);
    },
    closeStdin: async (sandbox, exec) => {
      const entry = room.entry(sandbox);
      entry.execs.get(exec);
      await entry.awake('write to a command').closeStdin(exec);
    },
  };
}

function refuseNul(command: readonly string[]): void {
  if (command.some((word) => word.includes('\0')))
    throw new AppError(
      'badRequest',
      'A command cannot hold NUL characters. Give binary input through stdin or a file.',
    );
  if (command[0] === '') throw new AppError('badRequest', 'The first word of a command is the program; it is empty.');
}

async function ignoreGone(promise: Promise<void>): Promise<void> {
  try {
    await promise;
  } catch (error) {
    if (toAppError(error).code === 'internal') throw error;
  }
}
