/** One event in a few words, the same on the wall and in the activity. */
import type { Actor, LogEvent } from '@sandglass/protocol';
import { isNoise } from './noise.ts';
import { shownName } from './shownName.ts';

export interface Summary {
  readonly seq: number;
  readonly wallMs: number;
  readonly actor: Actor;
  /** Token of who did it. */
  readonly by: string | null;
  /** Something that somebody asked for; the rest is what followed from it. */
  readonly call: boolean;
  readonly verb: string;
  readonly detail: string;
}

/** What was done, without the verb it starts with (servers may say it again in the summary). */
export function detailOf(name: string, summary: string): string {
  return summary.startsWith(`${name} `) ? summary.slice(name.length + 1) : summary === name ? '' : summary;
}

/** A checkpoint that nobody named is called by its number. */
export const givenName = ({ name, number }: { name: string; number: number }): string =>
  name === `#${number}` ? '' : name;

/** @returns undefined for events that are only the second half of another, or too small to tell */
export function summarize(event: LogEvent): Summary | undefined {
  const words = wordsOf(event);
  return words === undefined
    ? undefined
    : {
        seq: event.seq,
        wallMs: event.wallMs,
        actor: event.actor,
        by: event.by,
        call: event.kind !== 'egress.request' && event.kind !== 'file.changed',
        verb: words[0],
        detail: shownName(words[1]),
      };
}

function wordsOf(event: LogEvent): readonly [verb: string, detail: string] | undefined {
  switch (event.kind) {
    case 'call.asked':
      // The question says itself what is asked.
      if (event.data.name === 'ask') return undefined;
      return [event.data.name === 'ask' ? 'asks' : event.data.name, detailOf(event.data.name, event.data.summary)];
    case 'agent.said':
      return [event.data.sort === 'message' ? 'says' : event.data.sort, event.data.text];
    case 'terminal.opened':
      return ['opened terminal', event.data.name];
    case 'egress.request':
      return [event.data.verdict === 'allowed' ? 'request' : `request ${event.data.verdict}`, event.data.host];
    case 'question.asked':
      return ['asks', event.data.question.question];
    case 'message.sent':
      return event.data.handBack ? ['handed back', ''] : ['wrote', event.data.text];
    case 'control.changed':
      return event.data.to.kind === 'person' ? ['took control', ''] : undefined;
    case 'checkpoint.created':
      return [`Checkpoint #${event.data.number}`, givenName(event.data)];
    case 'checkpoint.restored':
      return [`Restored #${event.data.number}`, ''];
    case 'sandbox.created':
      return [event.data.parent === null ? 'created' : 'forked', event.data.image];
    case 'file.changed': {
      // What nobody is known to have done is too small to tell: caches, logs, the machine's own set-up.
      if (event.actor === 'system' || isNoise(event)) return undefined;
      const [first, ...rest] = event.data.changes;
      return first === undefined
        ? undefined
        : [first.kind, rest.length === 0 ? first.path : `${first.path} and ${rest.length} more`];
    }
    default:
      return undefined;
  }
}
