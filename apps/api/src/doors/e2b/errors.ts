/** Our errors in the vendor's three shapes: the control plane's, Connect's, and the proxy's in front of a sandbox. */
import { AppError, type ErrorCode } from '@sandglass/protocol';

/** `{code, message}`: clients look at the number in the body, some at the status. */
export function controlStatus(error: AppError): number {
  // To its clients a sandbox that has ended was never there.
  if (error.code === 'gone') return 404;
  if (error.code === 'limitExceeded') return 400;
  if (error.code === 'unprocessable' || error.code === 'notText') return 400;
  return error.status;
}

const connectCodes: Readonly<Record<ErrorCode, string>> = {
  badRequest: 'invalid_argument',
  unauthenticated: 'unauthenticated',
  forbidden: 'permission_denied',
  // Its clients try again where something is exhausted.
  budgetSpent: 'failed_precondition',
  rejected: 'permission_denied',
  controlled: 'failed_precondition',
  badOrigin: 'permission_denied',
  notFound: 'not_found',
  conflict: 'aborted',
  fenceMissing: 'failed_precondition',
  alreadyExists: 'already_exists',
  wrongState: 'failed_precondition',
  gone: 'not_found',
  tooLarge: 'resource_exhausted',
  unprocessable: 'invalid_argument',
  notText: 'invalid_argument',
  limitExceeded: 'resource_exhausted',
  rateLimited: 'resource_exhausted',
  internal: 'internal',
  notSupported: 'unimplemented',
  sandboxLost: 'unavailable',
  portClosed: 'unavailable',
  unavailable: 'unavailable',
  timeout: 'deadline_exceeded',
  noSpace: 'resource_exhausted',
};

const connectStatus: Readonly<Record<string, number>> = {
  invalid_argument: 400,
  failed_precondition: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  aborted: 409,
  resource_exhausted: 429,
  unimplemented: 501,
  unavailable: 503,
  deadline_exceeded: 504,
};

export interface ConnectError {
  readonly code: string;
  readonly message: string;
}

export const connectError = (error: AppError): ConnectError => ({
  code: connectCodes[error.code],
  message: error.message,
});

export const statusOfConnect = (code: string): number => connectStatus[code] ?? 500;

/** Of files over plain HTTP. */
export function contentStatus(error: AppError): number {
  if (error.code === 'gone') return 404;
  if (error.code === 'unprocessable') return 400;
  return error.status;
}

/** What answers in the place of a sandbox that does not: dead, frozen, unknown, or nothing listens on its port. */
export class ProxyError extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: { readonly message: string } & Record<string, unknown>) {
    super(body.message);
    this.status = status;
    this.body = { ...body, code: status };
  }

  static notFound(sandboxId: string): ProxyError {
    return new ProxyError(502, { sandboxId, message: 'The sandbox was not found' });
  }

  static portClosed(sandboxId: string, port: number): ProxyError {
    return new ProxyError(502, { sandboxId, message: 'The sandbox is running but port is not open', port });
  }
}

export const notServed = (what: string): AppError => new AppError('notSupported', what);
