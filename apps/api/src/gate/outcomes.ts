/** What a call that did not simply run comes to: errors in words for the agent, and what a person gave in its place. */
import { AppError, type CallId, type HoldReason, isAppError, toAppError } from '@sandglass/protocol';
import type { CallOutcome } from '../sandboxes/calls.ts';
import type { GateCall, Resolution } from './gateCall.ts';
import type { EndedFacts } from './rules/port.ts';

/** How the work of a call ended. */
export type Ended =
  | { readonly ok: true; readonly outcome: CallOutcome }
  | { readonly ok: false; readonly error: unknown; readonly outcome?: undefined };

export const rejected = (reason: string, call: CallId): AppError =>
  new AppError('rejected', reason, { details: { call } });

export const abandoned = (): AppError =>
  new AppError('gone', 'The other side closed the connection while the call waited; nothing was done.');

export const serverCloses = (): AppError =>
  new AppError('unavailable', 'The server is closing. The call waited and was not run: it is safe to send it again.');

export function expired(reason: HoldReason, afterMs: number | null): AppError {
  const seconds = Math.round((afterMs ?? 0) / 1_000);
  if (reason.kind === 'control')
    return new AppError(
      'controlled',
      `${reason.name} has control of this sandbox and did not hand it back within ${seconds} s. Nothing was done; try again later.`,
    );
  return new AppError('rejected', `Nobody decided about this call within ${seconds} s. Nothing was done.`);
}

/** Why a call waits, for an agent that can hear it. */
export function heldWords(reason: HoldReason): string {
  switch (reason.kind) {
    case 'control':
      return `${reason.name} has control of the sandbox.`;
    case 'approval':
      return `A person is asked to allow this call (${reason.rule.name}).`;
    case 'breakpoint':
      return `This call stopped at a breakpoint (${reason.rule.name}); a person decides.`;
    default:
      return 'A person has paused this sandbox.';
  }
}

/** What a person answers in the sandbox's stead, as its caller gets it. @throws AppError when it cannot be that. */
export function answerOf(call: GateCall, given: Record<string, unknown>): NonNullable<Resolution['answer']> {
  const { answer, name } = call.ask;
  if (!answer)
    throw new AppError('unprocessable', `A person cannot answer ${name}: its result is not something to write.`);
  const result = call.editedResult(given);
  return { value: checked('result', () => answer.parse(result)), shown: result };
}

/** Arguments that a person edited, as the call takes them. @throws AppError when it does not. */
export function editOf(call: GateCall, given: Record<string, unknown>): Record<string, unknown> {
  const { schema, name } = call.ask;
  if (call.hold?.when !== 'before')
    throw new AppError('unprocessable', 'It has run already. Answer it to change what the agent gets.');
  if (!schema)
    throw new AppError('unprocessable', `The arguments of ${name} cannot be edited. Reject it, or answer it.`);
  return checked('arguments', () => schema.parse(call.edited(given)));
}

interface Issues {
  readonly issues?: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

function checked<T>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (isAppError(error)) throw error;
    const issues = ((error as Issues).issues ?? []).slice(0, 20).map(({ path, message }) => ({
      path: [where, ...path.map(String)].join('.'),
      message,
    }));
    const first = issues[0];
    throw new AppError(
      'badRequest',
      first ? `${first.path}: ${first.message}` : `These ${where} do not fit the call.`,
      {
        cause: error,
        details: { issues },
      },
    );
  }
}

/** The same for rules. */
export function endedFacts(call: GateCall, ended: Ended, nowMs: number): EndedFacts {
  const durationMs = nowMs - (call.startedAtMs ?? call.askedAtMs);
  if (ended.ok) {
    const { summary: outcome, result } = ended.outcome;
    return { ...call.facts(), ok: true, durationMs, outcome, ...(result ? { result } : {}) };
  }
  const { code, message } = toAppError(ended.error);
  return { ...call.facts(), ok: false, durationMs, outcome: message, error: { code, message } };
}

/** Refused, broken off, ended by a signal or with a code that is not 0. */
export function isFailure({ ok, result }: EndedFacts): boolean {
  const code = result?.['code'];
  return !ok || (typeof code === 'number' && code !== 0) || (code === null && result?.['signal'] !== null);
}
