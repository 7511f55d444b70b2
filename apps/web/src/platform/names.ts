/** What people are called, as far as the log says it beside what they did. Pure. */
import type { LogEvent } from '@sandglass/protocol';
import { shownName } from './shownName.ts';

/** By the id of a person's token; the last name that was used. */
export function namesOf(events: readonly LogEvent[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const event of events) {
    const name = nameIn(event);
    if (name !== undefined) names.set(event.by!, name);
  }
  return names;
}

/** Of the person who did it, where it says so. */
export function nameIn(event: LogEvent): string | undefined {
  if (event.actor !== 'person' || event.by === null) return undefined;
  switch (event.kind) {
    case 'control.requested':
      return event.data.name;
    case 'control.changed':
      return event.data.why === 'taken' && event.data.to.kind === 'person' ? event.data.to.name : undefined;
    case 'question.answered':
      return event.data.name ?? undefined;
    case 'message.sent':
      return event.data.handBack ? undefined : event.data.from;
    default:
      return undefined;
  }
}

/** Who did something, as a line about it begins. `me`: the token of who looks. */
export function whoDid(
  { actor, by }: Pick<LogEvent, 'actor' | 'by'>,
  me: string | undefined,
  names: ReadonlyMap<string, string>,
): string {
  if (actor !== 'person') return actor === 'agent' ? 'Agent' : 'System';
  return by !== null && by === me ? 'You' : shownName(names.get(by ?? '') ?? 'Person');
}
