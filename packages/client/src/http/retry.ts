/** When a request may be sent again. The rule: never do twice what the caller asked for once. */
import { isAppError, type Route } from '@sandglass/protocol';
import { isConnectionError } from '../errors.ts';

/** Long enough for a server to come back from a restart within three attempts, short enough not to be felt. */
export const requestBackoff = { firstMs: 200, mostMs: 5_000 } as const;

/** True when repeating it after a lost reply changes nothing. */
export function isRepeatable(route: Route): boolean {
  return route.repeatable === true || route.method === 'GET' || route.method === 'PUT' || route.method === 'DELETE';
}

export function mayRetry(route: Route, error: unknown): boolean {
  if (isConnectionError(error)) return error.failure === 'refused' || (error.failure === 'lost' && isRepeatable(route));
  if (!isAppError(error)) return false;
  if (error.code === 'rateLimited') return true;
  return error.code === 'unavailable' && isRepeatable(route);
}

/** DELETE was repeated after a lost reply and the thing is gone: the first one did it. */
export function isDoneByEarlierAttempt(route: Route, error: unknown, lostBefore: boolean): boolean {
  return (
    lostBefore && route.method === 'DELETE' && route.reply === null && isAppError(error) && error.code === 'notFound'
  );
}
