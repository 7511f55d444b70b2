import { AppError, type ErrorCode, isAppError, toAppError, toProblem } from '@sandglass/protocol';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { drainAfterReply } from './draining.ts';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
/** Enough to mend a request by; a body of a million mistakes must not become a reply of a million lines. */
const MAX_ISSUES = 20;

/** Answers with problem+json. Unknown errors are logged with their cause, which is never sent. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = fromFastify(error) ?? toAppError(error);
  if (known.code === 'internal') request.log.error({ err: known.cause ?? known }, 'request failed');
  if (known.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="sandglass"');
  const retryAfterMs = known.details?.['retryAfterMs'];
  if (typeof retryAfterMs === 'number') reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  // A refused upgrade keeps its socket unless somebody closes it.
  if (request.headers.upgrade !== undefined) {
    reply.header('connection', 'close');
    reply.raw.once('finish', () => request.raw.socket.destroySoon());
  }
  // The framework would cut the connection under a sender that is still sending, who then never sees why.
  if (known.code === 'tooLarge' && !request.raw.complete) {
    reply.removeHeader('connection');
    drainAfterReply(request, reply);
  }
  for (const name of ['content-length', 'content-disposition', 'content-range', 'etag']) reply.removeHeader(name);
  return (
    reply
      .code(known.status)
      .header('cache-control', 'no-store')
      // Refusals of the framework come before any hook.
      .header('x-request-id', request.id)
      .type(PROBLEM_TYPE)
      .serializer((body: unknown) => JSON.stringify(body))
      .send(toProblem(known, request.id))
  );
}

/** Fastify's own refusals (before a handler runs) in our words. */
function fromFastify(error: unknown): AppError | undefined {
  if (isAppError(error) || !(error instanceof Error)) return undefined;
  const { code, statusCode } = error as FastifyError;
  if (typeof code !== 'string' || !code.startsWith('FST_') || statusCode === undefined || statusCode >= 500)
    return undefined;
  const table: Record<number, [ErrorCode, string]> = {
    404: ['notFound', 'There is nothing at this address.'],
    413: ['tooLarge', 'The body is larger than 1 MB. Send large content to the files routes.'],
    415: ['badRequest', 'The body must be JSON (content-type: application/json).'],
  };
  const [problem, message] = table[statusCode] ?? ['badRequest', `The request could not be read: ${error.message}`];
  return new AppError(problem, message, { cause: error });
}

/** One AppError for all that zod found wrong; `details.issues` names the fields. */
export function invalid(where: string, error: z.ZodError): AppError {
  const issues = error.issues.slice(0, MAX_ISSUES).map((issue) => ({
    path: [where, ...issue.path.map(String)].join('.').slice(0, 200),
    code: issue.code,
    message: issue.message.slice(0, 500),
  }));
  const first = issues[0];
  return new AppError('badRequest', first ? `${first.path}: ${first.message}` : 'The request is not valid.', {
    details: { issues },
  });
}

/** Every way a request can fail outside a handler answers in the same shape. */
export function mountProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
}

export function noSuchAddress(request: FastifyRequest): AppError {
  return new AppError(
    'notFound',
    `There is no ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}. See /docs.`,
  );
}
