import { AppError, type Exec, StartExec, toAppError } from '@sandglass/protocol';
import type { Gates } from '../gate/gates.ts';
import { trackFrame } from '../recorder/log.ts';
import { secretsOf } from '../recorder/redaction/secretNames.ts';
import type { ExecService } from '../services.ts';
import type { OpenCall } from './calls.ts';
import { type ExecAnswer, parseExecAnswer, withAnswer } from './execAnswer.ts';
import { findEnd } from './execPast.ts';
import type { SandboxRoom } from './room.ts';

/** A command somebody waits for is ended after this long unless they say otherwise. */
const WAITED_TIMEOUT_MS = 600_000;
const DEFAULT_OUTPUT_BYTES = 1_048_576;
const MAX_RUNNING = 512;

export function createExecService(room: SandboxRoom, gates: Gates): ExecService {
  return {
    start: async (
      caller,
      sandbox,
      asked,
      signal,
      { around = (words: readonly string[]) => words, onHeld, onNotice } = {},
    ) => {
      const entry = room.entry(sandbox);
      refuseNul(wordsOf(asked.command));
      for (const secret of secretsOf(asked.environment ?? {})) entry.log.redactor.add(secret);
      const ready = () => {
        entry.awake('exec');
        if (entry.execs.running.length < MAX_RUNNING) return;
        throw new AppError(
          'limitExceeded',
          `At most ${MAX_RUNNING} commands of a sandbox may run at once. End some first.`,
        );
      };
      const { wait = true, maxOutputBytes = DEFAULT_OUTPUT_BYTES } = asked;
      const id = room.newId.exec();
      const gate = gates.of(entry);
      const passed = await gate.enter(
        caller,
        {
          name: 'exec',
          summary: typeof asked.command === 'string' ? asked.command : asked.command.join(' '),
          arguments: argumentsOf(asked),
          exec: id,
          schema: {
            parse: (value) => {
              const edited = EditedExec.parse(value);
              for (const secret of secretsOf(edited.environment ?? {})) entry.log.redactor.add(secret);
              return edited;
            },
          },
          answer: { parse: parseExecAnswer },
          unheard: !wait,
          ready,
          ...(onHeld ? { onHeld } : {}),
          ...(onNotice ? { onNotice } : {}),
        },
        signal,
      );
      // A person may have edited them.
      const given = passed.given as Omit<StartExec, 'wait' | 'maxOutputBytes'>;
      const { user = 'user', environment = {}, cwd, stdin = asked.stdin === true } = given;
      const command = wordsOf(given.command);
      const timeoutMs = given.timeoutMs ?? (wait ? WAITED_TIMEOUT_MS : undefined);
      const call: OpenCall = {
        ...{ id: passed.id, seq: passed.seq },
        ended: (outcome) => void gate.ran(passed, { ok: true, outcome }),
        failed: (error) => void gate.ran(passed, { ok: false, error }),
      };
      const exec: Exec = {
        id,
        sandbox,
        command: entry.log.redact([...command]),
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
      entry.execs.add(exec, call, wait ? maxOutputBytes : null);
      entry.lastActiveAtMs = room.clock.now();
      if (passed.answered) {
        const { code, stdout, stderr } = passed.answered.value as ExecAnswer;
        // As if it had printed it: who follows its output sees the same.
        for (const [stream, text] of [
          ['stdout', stdout],
          ['stderr', stderr],
        ] as const) {
          const bytes = Buffer.from(text);
          if (bytes.length === 0) continue;
          entry.log.appendOutput(`exec:${id}`, trackFrame[stream], bytes);
          entry.execs.data(id, stream, bytes);
        }
        entry.log.flushOutput(`exec:${id}`);
        entry.execs.exited(id, { code, signal: null }, false);
        return wait ? await entry.execs.wait(id, signal) : entry.execs.get(id);
      }
      try {
        const handle = entry.awake('exec');
        const [{ pid }] = await Promise.all([
          handle.startExec({
            id,
            command: around(command),
            environment: { ...entry.changedEnvironment, ...environment },
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
        const handle = entry.awake('exec');
        await ignoreGone(handle.writeStdin(id, Buffer.from(stdin)));
        await ignoreGone(handle.closeStdin(id));
      }
      if (!wait) return entry.execs.get(id);
      const ended = await entry.execs.wait(id, signal);
      const after = passed.after && (await passed.after);
      if (after?.kind === 'rejected') throw after.error;
      if (after?.kind === 'answered') return withAnswer(ended, after.value as ExecAnswer);
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
      await gates.pass(
        entry,
        caller,
        {
          name: 'signal',
          summary: `${signal} to ${target.command.join(' ')}`,
          arguments: { exec, signal },
          ready: () => void entry.awake('signal'),
        },
        { work: () => entry.awake('signal').signalExec(exec, signal), outcome: () => ({ summary: 'sent' }) },
      );
    },
    writeStdin: async (sandbox, exec, bytes, caller) => {
      const entry = room.entry(sandbox);
      if (caller) await gates.of(entry).input(caller);
      entry.execs.get(exec);
      entry.lastActiveAtMs = room.clock.now();
      await entry.awake('write to a command').writeStdin(exec, bytes);
    },
    closeStdin: async (sandbox, exec, caller) => {
      const entry = room.entry(sandbox);
      if (caller) await gates.of(entry).input(caller);
      entry.execs.get(exec);
      await entry.awake('write to a command').closeStdin(exec);
    },
  };
}

/** What of a command a person may edit: all that was recorded of it. */
const EditedExec = StartExec.omit({ wait: true, maxOutputBytes: true });

const wordsOf = (command: StartExec['command']): readonly string[] =>
  typeof command === 'string' ? ['bash', '-lc', command] : command;

function argumentsOf({ command, cwd, user, timeoutMs, environment, stdin }: StartExec): Record<string, unknown> {
  return {
    command,
    ...(cwd === undefined ? {} : { cwd }),
    ...(user === undefined || user === 'user' ? {} : { user }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(environment === undefined || Object.keys(environment).length === 0 ? {} : { environment }),
    ...(typeof stdin === 'string' ? { stdin } : {}),
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
