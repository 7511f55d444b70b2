/** What a rule would have matched: the recording so far, held against it. Nothing is counted and nothing is written. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { ExecId, LogEvent, RuleMatch, RulePreview } from '@sandglass/protocol';
import { oneLine } from '../../lib/bounded.ts';
import { type SandboxLog, type Track, trackFrame } from '../../recorder/log.ts';
import { seenEvents, seenKinds } from './eventFacts.ts';
import { Facts } from './facts.ts';
import { OutputLines } from './outputLines.ts';
import { PastReader, pages, surroundingKinds } from './pastCalls.ts';
import { fieldsOf, isAbout, type ReadyRule } from './ruleSet.ts';
import { Surroundings, shownKinds } from './surroundings.ts';

export interface PreviewOptions {
  readonly log: SandboxLog;
  readonly rule: ReadyRule;
  readonly limit: number;
  readonly zeroMs: number;
  readonly now: () => number;
}

/** Of a longer recording only the end is looked at. */
const MOST_POSITIONS = 500_000;
const MOST_OUTPUT_BYTES = 16_777_216;
const MOST_MS = 3_000;

/** Keeps the newest matches. */
class Found {
  readonly items: RuleMatch[] = [];
  total = 0;
  looked = 0;
  complete = true;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(match: RuleMatch): void {
    this.total++;
    this.items.push(match);
    if (this.items.length > this.#limit * 2) this.items.splice(0, this.items.length - this.#limit);
  }

  /** What a person looks for first is what happened last. */
  newest(): RuleMatch[] {
    return this.items
      .sort((one, other) => one.seq - other.seq)
      .slice(-this.#limit)
      .reverse();
  }
}

export async function previewRule(options: PreviewOptions): Promise<RulePreview> {
  const { rule, limit } = options;
  const found = new Found(limit);
  const { moment, names } = rule.syntax.trigger;
  if (moment !== 'on') await lookAtCalls(options, found);
  else {
    if (names.some((name) => name !== 'output')) await lookAtEvents(options, found);
    if (names.includes('output')) await lookAtOutput(options, found);
  }
  const { total, looked, complete } = found;
  const unknown = ['terminal'].filter((field) => fieldsOf(rule.syntax.condition).has(field));
  return { items: found.newest(), total, looked, complete, unknown };
}

const startOf = ({ log }: PreviewOptions): number => Math.max(1, log.lastSeq - MOST_POSITIONS);

async function eachEvent(
  options: PreviewOptions,
  found: Found,
  look: { readonly kinds: readonly LogEvent['kind'][]; readonly at: (event: LogEvent) => void },
): Promise<void> {
  const from = startOf(options);
  if (from > 1) found.complete = false;
  const untilMs = options.now() + MOST_MS;
  for (const events of pages(options.log, look.kinds, from)) {
    for (const event of events) look.at(event);
    if (options.now() > untilMs) {
      found.complete = false;
      return;
    }
    await breathe();
  }
}

async function lookAtCalls(options: PreviewOptions, found: Found): Promise<void> {
  const { rule } = options;
  const surroundings = new Surroundings();
  const reader = new PastReader();
  const at = (event: LogEvent) => {
    surroundings.shown(event);
    const past = reader.read(event);
    if (!past) return;
    const { moment, call } = past;
    if (moment === 'before') surroundings.asked(call);
    else surroundings.ended(call);
    if (!isAbout(rule.syntax.trigger, moment, call.name)) return;
    found.looked++;
    const facts = new Facts(past, surroundings.around(call.name));
    const outcome = moment === 'after' ? ` → ${call.outcome}` : '';
    if (rule.holds(facts))
      found.add(matchOf(event, { call: call.call, summary: `${call.name} ${call.summary}${outcome}` }));
  };
  await eachEvent(options, found, { kinds: surroundingKinds, at });
}

async function lookAtEvents(options: PreviewOptions, found: Found): Promise<void> {
  const { rule } = options;
  const around = new Surroundings();
  const at = (event: LogEvent) => {
    around.shown(event);
    for (const { event: name, actor, data } of seenEvents(event)) {
      if (!isAbout(rule.syntax.trigger, 'on', name)) continue;
      found.looked++;
      const facts = new Facts({ moment: 'on', event: name, actor, data }, around.around(name));
      if (rule.holds(facts)) found.add(matchOf(event, { call: null, summary: data.text }));
    }
  };
  await eachEvent(options, found, { kinds: [...new Set([...seenKinds, ...shownKinds])], at });
}

async function lookAtOutput(options: PreviewOptions, found: Found): Promise<void> {
  const { log, rule, zeroMs } = options;
  const after = startOf(options) - 1;
  if (after > 0) found.complete = false;
  const around = new Surroundings().around('output');
  const callOf = new Map<string, RuleMatch['call']>();
  for (const events of pages(log, ['call.asked'], startOf(options)))
    for (const event of events)
      if (event.kind === 'call.asked' && event.data.exec !== undefined) callOf.set(event.data.exec, event.data.call);
  let bytes = 0;
  for (const { track } of log.segments(after)) {
    if (!track.startsWith('terminal:') && !track.startsWith('exec:')) continue;
    const lines = new OutputLines();
    const call = callOf.get(track.slice('exec:'.length) as ExecId) ?? null;
    for (const { seq, atUs, kind, payload } of log.frames(track as Track, after)) {
      if (kind !== trackFrame.output && kind !== trackFrame.stdout && kind !== trackFrame.stderr) continue;
      bytes += payload.length;
      found.looked++;
      lines.add(payload, (text, except) => {
        const facts = new Facts({ moment: 'on', event: 'output', actor: 'agent', data: { text } }, around);
        if (except.has(rule.ref.id) || !rule.holds(facts)) return [];
        const wallMs = Math.round(zeroMs + atUs / 1_000);
        found.add({ seq, atUs, wallMs, call, summary: oneLine(text.trim()) });
        return [rule.ref.id];
      });
    }
    if (bytes > MOST_OUTPUT_BYTES) {
      found.complete = false;
      return;
    }
    await breathe();
  }
}

const matchOf = ({ seq, atUs, wallMs }: LogEvent, said: Pick<RuleMatch, 'call' | 'summary'>): RuleMatch => ({
  seq,
  atUs,
  wallMs,
  call: said.call,
  summary: oneLine(said.summary),
});
