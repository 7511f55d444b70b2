/** The caller's place in its own OpenTelemetry trace (W3C `traceparent`), known to everything that is done for one request. */
import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();
/** Version 00 and what later ones begin with; all zeros are no ids. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export function traceOf(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && TRACEPARENT.test(header) ? header : null;
}

/** Whatever `work` begins belongs to this place. */
export const withinTrace = <T>(traceparent: string, work: () => T): T => current.run(traceparent, work);
export const currentTrace = (): string | null => current.getStore() ?? null;
