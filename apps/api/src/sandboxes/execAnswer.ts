/** A command that a person answered in the sandbox's stead: what they say it printed, and how it ended. */
import { AppError, type Exec } from '@sandglass/protocol';

export interface ExecAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const known = new Set(['code', 'stdout', 'stderr']);

/** @throws AppError when it is not `{ code?, stdout?, stderr? }`. */
export function parseExecAnswer(value: unknown): ExecAnswer {
  const given = (value ?? {}) as Record<string, unknown>;
  const { code = 0, stdout = '', stderr = '' } = given;
  const wrong = (message: string) => new AppError('badRequest', message);
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown !== undefined)
    throw wrong(`result.${unknown}: a command is answered with code, stdout and stderr, nothing else.`);
  if (!Number.isInteger(code) || (code as number) < 0 || (code as number) > 255)
    throw wrong('result.code: an exit code is a number from 0 to 255.');
  if (typeof stdout !== 'string') throw wrong('result.stdout: must be text.');
  if (typeof stderr !== 'string') throw wrong('result.stderr: must be text.');
  return { code: code as number, stdout, stderr };
}

/** In the place of what it really printed. */
export const withAnswer = (exec: Exec, { code, stdout, stderr }: ExecAnswer): Exec => ({
  ...exec,
  ...{ stdout, stderr, exit: { code, signal: null }, timedOut: false, truncated: false, error: null },
});
