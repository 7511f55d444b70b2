/**
 * Control, as a pure machine with the time passed in. Rest is whoever has it when no person does: the agent, or nobody.
 * Each change of holder takes the next fence, so that input and heartbeats of an earlier holding are known by their number.
 *
 * | holder     | take p        | request p      | give x by q          | release by q   | beat q,f | expire    | rest r |
 * |------------|---------------|----------------|----------------------|----------------|----------|-----------|--------|
 * | rest       | p             | p              | refused              | same           | refused  | same      | r      |
 * | person p   | same, renewed | same, renewed  | x if q = p, f = fence | rest if q = p, f = fence | renewed if q = p, f = fence | rest when late | same |
 * | person o≠p | p             | listed         | refused              | refused        | refused  | rest when late | same |
 *
 * Refused = `controlled` with who has it; of who has it `conflict` for another fence, `fenceMissing` for none. Requests go when their asker gets it or the holder changes to rest.
 */
import { AppError, type Control, type Holder } from '@sandglass/protocol';

/** A browser that vanished is noticed after this long; its page says every five seconds that it is there. */
export const LEASE_MS = 15_000;
const MOST_REQUESTS = 20;

export interface Person {
  readonly viewer: string;
  readonly name: string;
}

export interface Lease {
  readonly control: Control;
  /** Who has it when no person does. */
  readonly rest: 'agent' | 'nobody';
}

export type LeaseEvent =
  | { readonly kind: 'take'; readonly by: Person }
  | { readonly kind: 'request'; readonly by: Person; readonly reason: string | null }
  | { readonly kind: 'give'; readonly by: Person; readonly to: 'agent' | Person; readonly fence?: number | undefined }
  | { readonly kind: 'release'; readonly by: Person; readonly fence?: number | undefined }
  | { readonly kind: 'beat'; readonly by: Person; readonly fence: number }
  | { readonly kind: 'expire' }
  | { readonly kind: 'rest'; readonly rest: Lease['rest'] };

export const freeLease: Lease = {
  control: { holder: { kind: 'nobody' }, fence: 0, sinceMs: null, expiresAtMs: null, requests: [] },
  rest: 'nobody',
};

/** @throws AppError `controlled` or `conflict` for what the table refuses. */
export function leaseTransition(lease: Lease, event: LeaseEvent, nowMs: number): Lease {
  const { control } = lease;
  const { holder } = control;
  switch (event.kind) {
    case 'take':
      return isHolder(holder, event.by) ? renewed(lease, nowMs) : held(lease, event.by, nowMs);
    case 'request': {
      if (holder.kind !== 'person') return held(lease, event.by, nowMs);
      if (isHolder(holder, event.by)) return renewed(lease, nowMs);
      const others = control.requests.filter(({ viewer }) => viewer !== event.by.viewer);
      const requests = [...others, { ...event.by, reason: event.reason, atMs: nowMs }].slice(-MOST_REQUESTS);
      return { ...lease, control: { ...control, requests } };
    }
    case 'give':
      checkHolder(lease, event.by, event.fence);
      return event.to === 'agent' ? rested(lease, nowMs, { kind: 'agent' }) : held(lease, event.to, nowMs);
    case 'release':
      if (holder.kind !== 'person') return lease;
      checkHolder(lease, event.by, event.fence);
      return rested(lease, nowMs);
    case 'beat':
      checkHolder(lease, event.by, event.fence);
      return renewed(lease, nowMs);
    case 'expire':
      return control.expiresAtMs !== null && control.expiresAtMs <= nowMs ? rested(lease, nowMs) : lease;
    case 'rest': {
      const next = { ...lease, rest: event.rest };
      return holder.kind === 'person' || holder.kind === event.rest ? next : rested(next, nowMs);
    }
  }
}

/** What somebody does with mouse, keyboard, terminals or files. @throws AppError when they may not now. */
export function checkTouch(lease: Lease, by: Person, fence: number | undefined): void {
  if (lease.control.holder.kind === 'nobody') checkFence(lease, fence);
  else checkHolder(lease, by, fence);
}

/** Who has control says of which time: what they sent before they lost it and had it again must not count. */
function checkHolder(lease: Lease, by: Person, fence: number | undefined): void {
  const { control } = lease;
  if (!isHolder(control.holder, by)) throw notHolder(control.holder);
  if (fence === undefined) throw noFence(control.fence);
  checkFence(lease, fence);
}

/** Pausing, freezing, killing: everybody may, unless another person is at work. */
export function checkCommand(lease: Lease, by: Person, fence: number | undefined): void {
  if (lease.control.holder.kind === 'person') checkTouch(lease, by, fence);
  else checkFence(lease, fence);
}

/** What was meant for an earlier time changes nothing, also when nobody has control now. */
export function checkFence({ control }: Lease, fence: number | undefined): void {
  if (fence !== undefined && fence !== control.fence) throw oldFence();
}

export const isHolder = (holder: Holder, person: Pick<Person, 'viewer'>): boolean =>
  holder.kind === 'person' && holder.viewer === person.viewer;

export function renewed(lease: Lease, nowMs: number): Lease {
  return { ...lease, control: { ...lease.control, expiresAtMs: nowMs + LEASE_MS } };
}

function held(lease: Lease, by: Person, nowMs: number): Lease {
  const { control } = lease;
  const holder: Holder = { kind: 'person', viewer: by.viewer, name: by.name };
  const requests = control.requests.filter(({ viewer }) => viewer !== by.viewer);
  return {
    ...lease,
    control: { holder, fence: control.fence + 1, sinceMs: nowMs, expiresAtMs: nowMs + LEASE_MS, requests },
  };
}

function rested(lease: Lease, nowMs: number, holder: Holder = { kind: lease.rest }): Lease {
  const fence = lease.control.fence + 1;
  return { ...lease, control: { holder, fence, sinceMs: nowMs, expiresAtMs: null, requests: [] } };
}

function notHolder(holder: Holder): AppError {
  const who = holder.kind === 'person' ? holder.name : holder.kind === 'agent' ? 'The agent' : 'Nobody';
  return new AppError('controlled', `${who} has control of this sandbox. Take control first, or ask for it.`, {
    details: { holder },
  });
}

export const FENCE_HEADER = 'x-sandglass-control';

const noFence = (fence: number) =>
  new AppError(
    'fenceMissing',
    `You have control of this sandbox, so all that you do there must say since when: send ${fence} as the header ${FENCE_HEADER}, or as \`fence\` in a message of the stream. Taking control replies with that number, and GET …/gate says it as \`control.fence\`. Nothing was done.`,
    { details: { fence, header: FENCE_HEADER } },
  );

const oldFence = () =>
  new AppError(
    'conflict',
    'Control has changed since this was sent, so it was not done. Look who has control, then do it again.',
  );
