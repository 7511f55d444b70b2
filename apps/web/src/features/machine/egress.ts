import type { LogEvent } from '@sandglass/protocol';

export type EgressEvent = Extract<LogEvent, { kind: 'egress.request' }>;

export interface HostSummary {
  readonly host: string;
  readonly allowed: number;
  readonly denied: number;
  readonly failed: number;
  readonly lastMs: number;
}

export const egressOf = (events: readonly LogEvent[]): EgressEvent[] =>
  events.filter((event) => event.kind === 'egress.request');

/** Requests by host, the latest first. */
export function hostsOf(events: readonly EgressEvent[]): HostSummary[] {
  const hosts = new Map<string, HostSummary>();
  for (const event of events) {
    const { host, verdict } = event.data;
    const before = hosts.get(host) ?? { host, allowed: 0, denied: 0, failed: 0, lastMs: 0 };
    hosts.set(host, { ...before, [verdict]: before[verdict] + 1, lastMs: event.wallMs });
  }
  return [...hosts.values()].sort((a, b) => b.lastMs - a.lastMs);
}

export type Verdict = EgressEvent['data']['verdict'];

/** Every word of the filter is in its method, host, port or path. */
export function matchesRequest({ data }: EgressEvent, filter: string, verdict: Verdict | 'all'): boolean {
  if (verdict !== 'all' && data.verdict !== verdict) return false;
  const text = `${data.method} ${data.host}:${data.port}${data.path ?? ''}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
