import { AppError, type ErrorCode, errorTable, type Problem } from '@sandglass/protocol';

/** refused: nothing was sent. lost: it was sent, no answer came: it may or may not have happened. timeout: no answer in time. */
export type ConnectionFailure = 'refused' | 'lost' | 'timeout';

/** The server could not be reached or did not answer. Everything the server itself says is an `AppError`. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly failure: ConnectionFailure;

  constructor(failure: ConnectionFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }
}

export function isConnectionError(value: unknown): value is ConnectionError {
  return value instanceof Error && value.name === 'ConnectionError' && 'failure' in value;
}

/** An AppError from what the server sent; anything that is no problem+json becomes `internal` with the status in its text. */
export function parseProblem(value: unknown, status: number): AppError {
  const problem = value as Partial<Problem> | null;
  if (
    problem !== null &&
    typeof problem === 'object' &&
    typeof problem.code === 'string' &&
    problem.code in errorTable
  ) {
    return new AppError(problem.code as ErrorCode, problem.detail ?? errorTable[problem.code as ErrorCode].title, {
      details: { ...problem.details, ...(problem.instance === undefined ? {} : { instance: problem.instance }) },
    });
  }
  const byStatus = (Object.keys(errorTable) as ErrorCode[]).find((code) => errorTable[code].status === status);
  return new AppError(
    byStatus ?? 'internal',
    `The server answered ${status} without saying why. Is the URL Sandglass's?`,
  );
}
