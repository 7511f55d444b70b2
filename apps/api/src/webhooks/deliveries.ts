/**
 * Messages on their way. Each is tried up to five times, then given up; a few at a time go to one address, and those that wait
 * are bounded, so that an address that never answers costs neither memory nor connections.
 *
 * | answer                     | then                                            |
 * |----------------------------|-------------------------------------------------|
 * | 2xx                        | delivered                                       |
 * | none, 408, 425, 429, 5xx   | tried again after a while, if it is still wanted |
 * | any other                  | failed: the same would be answered again        |
 */
import type { WebhookDelivery, WebhookId, WebhookMessage } from '@sandglass/protocol';
import type { Clock } from '../lib/clock.ts';
import { type Post, reasonOf, signature } from './post.ts';
import type { StoredWebhook } from './store.ts';

/** Before the second attempt, the third … */
export const WAITS_MS = [2_000, 10_000, 60_000, 300_000] as const;
const AT_ONCE = 4;
const MOST_WAITING = 200;
const MOST_REMEMBERED = 50;

export interface Sending {
  readonly message: WebhookMessage;
  /** Asked before each attempt: nobody needs to be told what is decided. */
  readonly isWanted: () => boolean;
  /** Once, and its outcome is waited for. */
  readonly once?: boolean;
}

interface Passage {
  delivery: WebhookDelivery;
  readonly sending: Sending;
  readonly settle: (delivery: WebhookDelivery) => void;
}

type Address = Pick<StoredWebhook, 'url' | 'secret' | 'enabled'>;

export interface DeliveriesOptions {
  readonly clock: Clock;
  readonly post: Post;
  /** As it is now: changed between two attempts, or gone. */
  readonly find: (id: WebhookId) => Address | undefined;
}

export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #passages = new Map<WebhookId, Passage[]>();
  readonly #running = new Map<WebhookId, number>();
  readonly #queued = new Map<WebhookId, Passage[]>();
  readonly #timers = new Set<() => void>();
  readonly #closing = new AbortController();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** Newest first. */
  of(id: WebhookId): WebhookDelivery[] {
    return (this.#passages.get(id) ?? []).map(({ delivery }) => delivery).reverse();
  }

  /** Resolves when it is delivered, given up or called off. */
  send(id: WebhookId, sending: Sending): Promise<WebhookDelivery> {
    const { message } = sending;
    return new Promise((resolve) => {
      const passage: Passage = {
        sending,
        settle: resolve,
        delivery: {
          id: message.id,
          kind: message.kind,
          sandbox: message.sandbox?.id ?? null,
          askedAtMs: message.atMs,
          ...{ state: 'waiting', attempts: 0, status: null, error: null, nextAtMs: message.atMs },
        },
      };
      const all = this.#passages.get(id) ?? [];
      const waiting = all.filter(({ delivery }) => delivery.state === 'waiting').length;
      // Those that wait are kept whatever their age.
      const ended = all.filter(({ delivery }) => delivery.state !== 'waiting').slice(-(MOST_REMEMBERED - 1));
      this.#passages.set(id, [
        ...all.filter((one) => one.delivery.state === 'waiting' || ended.includes(one)),
        passage,
      ]);
      if (waiting >= MOST_WAITING)
        this.#end(passage, { state: 'failed', error: `${MOST_WAITING} messages to this address wait already` });
      else this.#enqueue(id, passage);
    });
  }

  forget(id: WebhookId): void {
    for (const passage of this.#passages.get(id) ?? []) this.#end(passage, { state: 'calledOff' });
    this.#passages.delete(id);
    this.#queued.delete(id);
  }

  close(): void {
    this.#closing.abort();
    for (const cancel of this.#timers) cancel();
    for (const passages of this.#passages.values())
      for (const passage of passages) this.#end(passage, { state: 'calledOff', error: 'the server ended' });
  }

  #enqueue(id: WebhookId, passage: Passage): void {
    if ((this.#running.get(id) ?? 0) >= AT_ONCE) {
      this.#queued.set(id, [...(this.#queued.get(id) ?? []), passage]);
      return;
    }
    this.#running.set(id, (this.#running.get(id) ?? 0) + 1);
    void this.#attempt(id, passage).finally(() => {
      this.#running.set(id, (this.#running.get(id) ?? 1) - 1);
      const next = this.#queued.get(id)?.shift();
      if (next) this.#enqueue(id, next);
    });
  }

  async #attempt(id: WebhookId, passage: Passage): Promise<void> {
    if (passage.delivery.state !== 'waiting') return;
    const { clock, post, find } = this.#options;
    const { message, isWanted, once } = passage.sending;
    const address = find(id);
    if (!address || (!address.enabled && !once) || !isWanted()) return this.#end(passage, { state: 'calledOff' });
    const attempts = passage.delivery.attempts + 1;
    const body = JSON.stringify(message);
    const headers = { 'x-sandglass-signature': signature(address.secret, body, clock.now()) };
    let answer: { status: number | null; error: string | null };
    try {
      const status = await post({ url: address.url, body, headers, signal: this.#closing.signal });
      answer = { status, error: status >= 200 && status < 300 ? null : wordsOf(status) };
    } catch (error) {
      answer = { status: null, error: reasonOf(error) };
    }
    if (passage.delivery.state !== 'waiting') return;
    const waitMs = WAITS_MS[attempts - 1];
    if (answer.error === null) this.#end(passage, { state: 'delivered', attempts, ...answer });
    else if (once || waitMs === undefined || !mayHelp(answer.status))
      this.#end(passage, { state: 'failed', attempts, ...answer });
    else this.#later(id, passage, { attempts, ...answer, waitMs });
  }

  #later(
    id: WebhookId,
    passage: Passage,
    { waitMs, ...said }: Pick<WebhookDelivery, 'attempts' | 'status' | 'error'> & { waitMs: number },
  ): void {
    const { clock } = this.#options;
    const nextAtMs = clock.now() + waitMs;
    passage.delivery = { ...passage.delivery, ...said, nextAtMs };
    const cancel = clock.at(nextAtMs, () => {
      this.#timers.delete(cancel);
      this.#enqueue(id, passage);
    });
    this.#timers.add(cancel);
  }

  #end(passage: Passage, how: Partial<WebhookDelivery> & Pick<WebhookDelivery, 'state'>): void {
    if (passage.delivery.state !== 'waiting') return;
    passage.delivery = { ...passage.delivery, ...how, nextAtMs: null };
    passage.settle(passage.delivery);
  }
}

const mayHelp = (status: number | null): boolean =>
  status === null || status >= 500 || status === 408 || status === 425 || status === 429;

const wordsOf = (status: number): string =>
  status >= 300 && status < 400
    ? `it answered ${status}: redirects are not followed, name the address that it leads to`
    : `it answered ${status}`;
