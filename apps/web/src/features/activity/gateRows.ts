/** What the gate did and what people decided, as rows of the activity. Pure. */
import type { LogEvent } from '@sandglass/protocol';
import { base, type Event, type Row } from './row.ts';

/** The row of the call itself while it waits, and when it goes on. */
export function heldRow(row: Row, event: Event<'call.held'> | Event<'call.decided'>): Row {
  if (event.kind === 'call.decided') return { ...row, state: 'running', outcome: null };
  return { ...row, state: 'held', outcome: heldBy(event.data.reason) };
}

function heldBy(reason: Event<'call.held'>['data']['reason']): string {
  switch (reason.kind) {
    case 'breakpoint':
      return `held at “${reason.rule.name}”`;
    case 'approval':
      return `waits for approval by “${reason.rule.name}”`;
    case 'control':
      return `waits for ${reason.name}`;
    case 'step':
      return 'held after a step';
    case 'runTo':
      return 'held at its target';
    default:
      return 'held by a pause';
  }
}

/** A row of its own for what somebody decided; nobody decided what merely went on. */
export function decidedRow(event: Event<'call.decided'>, call: Row | undefined): Row | undefined {
  const { decision, reason } = event.data;
  if (decision === 'released' || (decision === 'approved' && event.actor === 'system')) return undefined;
  const what = call === undefined ? '' : `${call.title} ${call.detail}`.trim();
  return { ...base(event, 'gate', 'calls'), title: decidedTitles[decision], detail: what, outcome: reason };
}

const decidedTitles: Record<Event<'call.decided'>['data']['decision'], string> = {
  approved: 'approved',
  edited: 'edited and approved',
  answered: 'answered in its stead',
  rejected: 'rejected',
  released: 'released',
  expired: 'nobody decided',
  abandoned: 'its client went away',
};

/** What an agent asks is a call, with the question as its argument; in a private moment with nothing of it. */
export const askRow = ({ question }: Readonly<Record<string, unknown>>, summary: string) =>
  ({ title: 'asks', detail: typeof question === 'string' ? question : summary.replace(/^ask /, '') }) as const;

export const questionOf = (event: Event<'question.asked'>) =>
  ({ kind: 'question', title: 'asks', detail: event.data.question.question }) as const;

export function gateRow(event: LogEvent): Row | undefined {
  switch (event.kind) {
    case 'gate.mode': {
      const { from, to } = event.data;
      const row = base(event, 'gate', 'machine');
      if (to.kind === 'paused') return { ...row, title: to.freeze ? 'paused' : 'holding', detail: to.because ?? '' };
      if (to.kind === 'stepping' && from.kind !== 'stepping') return { ...row, title: 'stepped' };
      if (to.kind === 'runningTo') return { ...row, title: 'runs to', detail: targetOf(to.to) };
      return to.kind === 'open' ? { ...row, title: 'continued' } : undefined;
    }
    case 'gate.policy':
      return { ...base(event, 'gate', 'machine'), title: 'changed how long calls wait' };
    case 'gate.alike':
      return alikeRow(event);
    case 'control.changed': {
      const { to, why, reason, note } = event.data;
      const row = { ...base(event, 'control', 'calls'), detail: reason ?? note ?? '' };
      if (to.kind === 'person')
        return { ...row, title: why === 'given' ? `gave control to ${to.name}` : 'took control' };
      if (why === 'expired') return { ...row, title: 'control went back', detail: 'nothing was heard of its holder' };
      return { ...row, title: to.kind === 'agent' ? 'gave control to the agent' : 'released control' };
    }
    case 'control.requested':
      return { ...base(event, 'control', 'calls'), title: 'asks for control', detail: event.data.reason ?? '' };
    case 'question.asked':
      return { ...base(event, 'question', 'calls'), ...questionOf(event) };
    case 'question.answered': {
      const { answer } = event.data;
      const row = base(event, 'question', 'calls');
      if (answer === null) return { ...row, title: 'was not answered', state: 'failed' };
      if (answer.declined) return { ...row, title: 'declined to answer' };
      const fields = Object.entries(answer.fields ?? {}).map(([name, value]) => `${name}: ${value}`);
      return { ...row, title: 'answered', detail: answer.choice ?? answer.text ?? fields.join(', ') };
    }
    case 'message.sent':
      return {
        ...base(event, 'question', 'calls'),
        title: event.data.handBack ? 'told the agent' : 'wrote to the agent',
        detail: event.data.text,
      };
    default:
      return undefined;
  }
}

/** The newest of what is asked no more; or that all of it is asked again. */
function alikeRow(event: Event<'gate.alike'>): Row {
  const row = base(event, 'gate', 'calls');
  const { alike, forgotten = [] } = event.data;
  const last = alike.at(-1);
  if (event.actor === 'system') return { ...row, title: 'asks again', detail: 'the run has ended' };
  if (last === undefined) return { ...row, title: 'asks again for all' };
  const [again] = forgotten;
  if (again) return { ...row, title: 'asks again', detail: `${again.name}, by “${again.rule.name}”` };
  return { ...row, title: 'approved all like this', detail: `${last.name}, by “${last.rule.name}”` };
}

function targetOf(to: Extract<Event<'gate.mode'>['data']['to'], { kind: 'runningTo' }>['to']): string {
  switch (to.kind) {
    case 'call':
      return to.name === undefined ? 'the next call' : `the next ${to.name}`;
    case 'fileChange':
      return to.under === undefined ? 'a change of a file' : `a change under ${to.under}`;
    case 'error':
      return 'an error';
    case 'checkpoint':
      return 'a checkpoint';
  }
}
