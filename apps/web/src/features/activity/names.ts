/** What people are called, as far as the log says it beside what they did. Pure. */
import type { LogEvent } from '@sandglass/protocol';

/** By the id of a person's token; the last name that was used. */
export function namesOf(events: readonly LogEvent[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const event of events) {
    if (event.actor !== 'person' || event.by === null) continue;
    const name = nameIn(event);
    if (name !== undefined) names.set(event.by, name);
  }
  return names;
}

function nameIn(event: LogEvent): string | undefined {
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
