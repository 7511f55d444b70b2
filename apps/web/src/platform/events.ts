import type { ChannelEnd, ChannelMessage, Opened, Sandglass } from '@sandglass/client';
import type { LogEvent, SandboxId } from '@sandglass/protocol';
import { sharedModel } from './sharedModel.ts';
import { Model } from './store.ts';

export interface EventsState {
  readonly phase: 'loading' | 'following' | 'ended';
  /** By seq, without gaps or repeats, the newest last. */
  readonly events: readonly LogEvent[];
  /** True when older events exist in the log that are not held here. */
  readonly earlier: boolean;
  /** Why it ended before its time. */
  readonly error: Error | null;
}

/** Enough for a day of a busy agent's calls; older ones stay in the log. */
const MAX_EVENTS = 5_000;
/** A burst is drawn once; short enough that a call appears at once. */
const BATCH_MS = 30;

/** The tail of one sandbox's log. */
export class EventsModel extends Model<EventsState> {
  #waiting: LogEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fresh = false;

  constructor() {
    super({ phase: 'loading', events: [], earlier: false, error: null });
  }

  /** @param last how many events of the past to start with. @returns stop; what is held stays */
  follow(stream: Pick<Sandglass['stream'], 'subscribe'>, sandbox: SandboxId, last: number): () => void {
    const channel = stream.subscribe(
      { kind: 'events', sandbox, last },
      {
        onOpened: (opened) => this.handleOpened(opened),
        onMessage: (message) => this.handleMessage(message),
        onEnded: (end) => this.handleEnded(end),
      },
    );
    return () => {
      channel.close();
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#waiting = [];
    };
  }

  handleOpened(opened: Pick<Opened, 'resumed'>): void {
    if (opened.resumed) this.set({ ...this.state, phase: 'following' });
    else {
      this.#waiting = [];
      // What was shown stays until the first of the new events is there; an empty log has none.
      this.#fresh = true;
      this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS);
    }
  }

  handleMessage(message: ChannelMessage): void {
    if (message.type !== 'event') return;
    this.#waiting.push(message.event);
    this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS);
  }

  handleEnded(end: ChannelEnd): void {
    if (end.reason === 'closed') return;
    this.#flush();
    this.set({ ...this.state, phase: 'ended', error: end.reason === 'error' ? end.error : null });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const before = this.#fresh ? [] : this.state.events;
    const known = before.at(-1)?.seq ?? -1;
    const added = this.#waiting.filter((event) => event.seq > known);
    this.#waiting = [];
    if (added.length === 0 && !this.#fresh) return;
    this.#fresh = false;
    const events = [...before, ...added].slice(-MAX_EVENTS);
    this.set({ phase: 'following', events, earlier: (events[0]?.seq ?? 1) > 1, error: null });
  }
}

const PAST = 1_000;

/** The tail of a sandbox's log, as it grows. */
export const useEvents = sharedModel<EventsState>(() => {
  const model = new EventsModel();
  return {
    get state() {
      return model.state;
    },
    subscribe: model.subscribe,
    follow: (stream, sandbox) => model.follow(stream, sandbox, PAST),
  };
});
