import type { ChannelEnd, ChannelMessage, Opened, Sandglass } from '@sandglass/client';
import { isAppError, type LogEvent, type SandboxId } from '@sandglass/protocol';
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
  /** Follows it again; absent while it is followed, or there is nothing more to come. */
  readonly retry?: () => void;
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
  #again: (() => void) | undefined;

  constructor() {
    super({ phase: 'loading', events: [], earlier: false, error: null });
  }

  /** @param last how many events of the past to start with. @returns stop; what is held stays */
  follow(stream: Pick<Sandglass['stream'], 'subscribe'>, sandbox: SandboxId, last: number): () => void {
    const subscribe = () =>
      stream.subscribe(
        { kind: 'events', sandbox, last },
        {
          onOpened: (opened) => this.handleOpened(opened),
          onMessage: (message) => this.handleMessage(message),
          onEnded: (end) => this.handleEnded(end),
        },
      );
    let channel = subscribe();
    this.#again = () => {
      const { events, earlier } = this.state;
      this.set({ phase: events.length === 0 ? 'loading' : 'following', events, earlier, error: null });
      channel = subscribe();
    };
    return () => {
      this.#again = undefined;
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
    const failed = end.reason === 'error' ? end.error : null;
    const again = failed === null || isOver(failed) ? undefined : this.#again;
    this.set({ ...this.state, phase: 'ended', error: failed, ...(again === undefined ? {} : { retry: again }) });
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

/** There is no such sandbox any more: asking again says the same. */
const isOver = (error: Error): boolean => isAppError(error) && (error.code === 'gone' || error.code === 'notFound');

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
