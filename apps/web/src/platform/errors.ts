import { isConnectionError } from '@sandglass/client';
import { type AppError, isAppError, toAppError } from '@sandglass/protocol';

/** What a view says about something that failed: what happened, what to do, and an id to quote. */
export interface Failure {
  readonly title: string;
  readonly detail: string;
  readonly id: string | undefined;
  readonly retryable: boolean;
}

/** Anything thrown, in words for a person. Branches on the error's code, never on its text. */
export function describeFailure(error: unknown): Failure {
  if (isAppError(error)) return fromApp(error);
  if (isConnectionError(error)) {
    return {
      title: 'The server does not answer',
      detail:
        error.failure !== 'refused'
          ? 'It may or may not have happened; look before you ask again. Sandboxes go on without the server.'
          : 'Nothing was changed. Sandboxes go on without the server; start it again if it has ended.',
      id: undefined,
      retryable: true,
    };
  }
  const app = toAppError(error);
  const detail = error instanceof Error ? error.message : app.message;
  return { title: 'Something went wrong in this page', detail, id: undefined, retryable: false };
}

function fromApp(error: AppError): Failure {
  const instance = error.details?.['instance'];
  return {
    title: titles[error.code] ?? 'It did not work',
    detail: error.message,
    id: typeof instance === 'string' ? instance : undefined,
    retryable: error.retryable,
  };
}

const titles: Partial<Record<AppError['code'], string>> = {
  badRequest: 'The request is not valid',
  unauthenticated: 'A token is needed',
  forbidden: 'Your token may not do that',
  notFound: 'There is no such thing',
  conflict: 'It changed in the meantime',
  alreadyExists: 'It exists already',
  wrongState: 'Not possible in its present state',
  gone: 'It has ended',
  limitExceeded: 'More than this host can give',
  unprocessable: 'Understood, but not possible',
  noSpace: 'No space left',
  notSupported: 'This driver cannot do that',
  sandboxLost: 'The sandbox does not answer',
  unavailable: 'The server is not ready',
  timeout: 'It took too long',
  internal: 'Something went wrong on the server',
};

export const isUnauthenticated = (error: unknown): boolean => isAppError(error) && error.code === 'unauthenticated';
