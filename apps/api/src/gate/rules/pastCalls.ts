/** The calls of a log as rules see them, in order. The arguments are as the log has them: long texts are cut. */
import type { CallId, LogEvent } from '@sandglass/protocol';
import type { SandboxLog } from '../../recorder/log.ts';
import type { AskedFacts, EndedFacts } from './port.ts';
import { type Surroundings, shownKinds } from './surroundings.ts';

type Event<K extends LogEvent['kind']> = Extract<LogEvent, { kind: K }>;
export type PastCall =
  | { readonly moment: 'before'; readonly call: AskedFacts; readonly event: Event<'call.asked'> }
  | { readonly moment: 'after'; readonly call: EndedFacts; readonly event: Event<'call.ended'> };

const AT_ONCE = 1_000;
/** Calls whose end is awaited; more at once are not likely. */
const MOST_OPEN = 2_000;

/** Calls with what a rule asks of the screen beside them. */
export const surroundingKinds = ['call.asked', 'call.ended', ...shownKinds] as const;

/** What was around the calls up to now, or up to one of them. */
export function learn(surroundings: Surroundings, log: SandboxLog, until?: CallId): void {
  const reader = new PastReader();
  for (const events of pages(log, surroundingKinds, 1)) {
    for (const event of events) {
      surroundings.shown(event);
      const past = reader.read(event);
      if (past === undefined) continue;
      if (past.call.call === until) return;
      if (past.moment === 'before') surroundings.asked(past.call);
      else surroundings.ended(past.call);
    }
  }
}

/** Events of some kinds, a page at a time. */
export function* pages(log: SandboxLog, kinds: readonly LogEvent['kind'][], from: number): Iterable<LogEvent[]> {
  for (let next = from; ; ) {
    const events = log.eventsOf(kinds, next, AT_ONCE);
    if (events.length > 0) yield events;
    if (events.length < AT_ONCE) return;
    next = (events.at(-1)?.seq ?? next) + 1;
  }
}

/** Joins the end of a call to its asking. */
export class PastReader {
  readonly #open = new Map<CallId, AskedFacts>();

  read(event: LogEvent): PastCall | undefined {
    if (event.kind === 'call.asked') {
      const { call, name, summary, arguments: given, door } = event.data;
      const said = summary.startsWith(`${name} `) ? summary.slice(name.length + 1) : summary;
      const asked: AskedFacts = { call, name, summary: said, arguments: given, actor: event.actor, door };
      this.#open.set(call, asked);
      if (this.#open.size > MOST_OPEN) this.#open.delete(this.#open.keys().next().value as CallId);
      return { moment: 'before', call: asked, event };
    }
    if (event.kind !== 'call.ended') return undefined;
    const { call, ok, durationMs, summary, result, error } = event.data;
    const asked = this.#open.get(call);
    if (!asked) return undefined;
    this.#open.delete(call);
    const ended: EndedFacts = {
      ...asked,
      ok,
      durationMs,
      outcome: summary,
      ...(result === undefined ? {} : { result }),
      ...(error === undefined ? {} : { error }),
    };
    return { moment: 'after', call: ended, event };
  }
}
