import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { endToEnd } from '../lib/endToEnd.ts';
import { withoutOurCookies, withoutOurSetCookies } from './cookies.ts';

/** What the program in the sandbox is told: what the browser said, less what is ours. */
export function forwardedHeaders(
  request: IncomingMessage,
  options: { scheme: string; upgrade?: string },
): OutgoingHttpHeaders {
  const { cookie: _, ...headers } = endToEnd(request.headers);
  const cookie = withoutOurCookies(request.headers.cookie);
  // HTTP/2 has it under another name.
  const host = request.headers.host ?? request.headers[':authority'];
  return {
    ...headers,
    ...(cookie === undefined ? {} : { cookie }),
    ...(options.upgrade === undefined ? {} : { connection: 'Upgrade', upgrade: options.upgrade }),
    'x-forwarded-proto': options.scheme,
    ...(host === undefined ? {} : { 'x-forwarded-host': host }),
  };
}

/** What the browser is told: what the program said, less cookies of our names. */
export function returnedHeaders(incoming: IncomingMessage): OutgoingHttpHeaders {
  const { 'set-cookie': _, ...headers } = endToEnd(incoming.headers);
  const cookies = withoutOurSetCookies(incoming.headers['set-cookie']);
  return { ...headers, ...(cookies ? { 'set-cookie': cookies } : {}) };
}
