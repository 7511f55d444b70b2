/** The one table of errors. Branch on `code`, never on text. HTTP replies are problem+json (RFC 9457); WebSocket errors carry the same object. */
import { z } from 'zod';

interface ErrorRow {
  readonly status: number;
  /** True when the same request may succeed later without being changed. */
  readonly retryable: boolean;
  readonly title: string;
}

const table = {
  badRequest: { status: 400, retryable: false, title: 'The request is not valid' },
  unauthenticated: { status: 401, retryable: false, title: 'A token is needed' },
  budgetSpent: { status: 402, retryable: false, title: 'The budget of this run is spent' },
  forbidden: { status: 403, retryable: false, title: 'This token may not do that' },
  rejected: { status: 403, retryable: false, title: 'A person or a rule rejected this call' },
  badOrigin: { status: 403, retryable: false, title: 'Requests from this origin are refused' },
  notFound: { status: 404, retryable: false, title: 'There is no such thing' },
  conflict: { status: 409, retryable: false, title: 'The thing changed in the meantime' },
  fenceMissing: { status: 409, retryable: false, title: 'It does not say of which time of control it is' },
  alreadyExists: { status: 409, retryable: false, title: 'It exists already' },
  wrongState: { status: 409, retryable: true, title: 'Not possible in the present state' },
  gone: { status: 410, retryable: false, title: 'It has ended' },
  tooLarge: { status: 413, retryable: false, title: 'Too large' },
  unprocessable: { status: 422, retryable: false, title: 'Understood, but not possible' },
  notText: { status: 422, retryable: false, title: 'The content is not text' },
  limitExceeded: { status: 422, retryable: false, title: 'Above what this host can give' },
  controlled: { status: 423, retryable: true, title: 'Somebody else has control' },
  rateLimited: { status: 429, retryable: true, title: 'Too many requests' },
  internal: { status: 500, retryable: false, title: 'Something went wrong on the server' },
  notSupported: { status: 501, retryable: false, title: 'This driver cannot do that' },
  sandboxLost: { status: 502, retryable: true, title: 'The sandbox does not answer' },
  portClosed: { status: 502, retryable: true, title: 'Nothing listens on that port' },
  unavailable: { status: 503, retryable: true, title: 'Not ready' },
  timeout: { status: 504, retryable: true, title: 'It took too long' },
  noSpace: { status: 507, retryable: false, title: 'No space left' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof table;
export const errorTable: Readonly<Record<ErrorCode, ErrorRow>> = table;
export const ErrorCode = z.enum(Object.keys(table) as [ErrorCode, ...ErrorCode[]]).meta({ id: 'ErrorCode' });

/** problem+json body. `detail` says what happened and what to do; `instance` is the id to quote in a report. */
export const Problem = z
  .object({
    type: z.string().describe('urn:sandglass:error:<code>'),
    title: z.string(),
    status: z.number().int(),
    code: ErrorCode,
    detail: z.string(),
    instance: z.string().optional(),
    retryable: z.boolean(),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** The one error class of every room. `message` is meant for the person who reads it: what happened, and what to do. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }
}

/** Recognises an AppError across bundles and realms (instanceof fails when two copies of this file are loaded). */
export function isAppError(value: unknown): value is AppError {
  return value instanceof Error && value.name === 'AppError' && 'code' in value && String(value.code) in table;
}

/** Anything thrown becomes an AppError; the cause is kept for the log and never sent. */
export function toAppError(value: unknown): AppError {
  if (isAppError(value)) return value;
  return new AppError('internal', 'Something went wrong on the server. Its log has the cause under this id.', {
    cause: value,
  });
}

export function toProblem(error: AppError, instance?: string): Problem {
  return {
    type: `urn:sandglass:error:${error.code}`,
    title: errorTable[error.code].title,
    status: error.status,
    code: error.code,
    detail: error.message,
    ...(instance === undefined ? {} : { instance }),
    retryable: error.retryable,
    ...(error.details === undefined ? {} : { details: error.details }),
  };
}

/** WebSocket close codes (application range) and what a client should do. */
export const closeCodes = {
  goingAway: { code: 1001, reconnect: true },
  protocolError: { code: 1002, reconnect: false },
  tooBig: { code: 1009, reconnect: false },
  unauthenticated: { code: 4401, reconnect: false },
  forbidden: { code: 4403, reconnect: false },
  slow: { code: 4408, reconnect: true },
} as const;
