/** The rules at work in one sandbox: holds its calls and events against them, counts, and writes down what matched. */
import type { CallId, LogEvent, RuleId, SandboxId } from '@sandglass/protocol';
import { oneLine } from '../../lib/bounded.ts';
import { type SandboxLog, type Track, type TrackFrame, trackFrame } from '../../recorder/log.ts';
import { seenEvents } from './eventFacts.ts';
import { Facts } from './facts.ts';
import { OutputLines } from './outputLines.ts';
import { learn } from './pastCalls.ts';
import type { AskedFacts, Decision, EndedFacts, Matched } from './port.ts';
import { fillIn, type ReadyRule, type ReadyRules, textOf } from './ruleSet.ts';
import { Surroundings } from './surroundings.ts';
import type { Action } from './syntax.ts';

export interface SandboxRulesOptions {
  readonly sandbox: SandboxId;
  readonly log: SandboxLog;
  /** Those that count now. */
  readonly ready: () => ReadyRules;
  readonly onHit: (rule: RuleId) => void;
  readonly onEvent: (matched: Matched) => void;
  readonly now: () => number;
}

/** A rule that matches all the time is written down so often a second; its hits are all counted. */
const WRITTEN_A_SECOND = 10;
/** Tracks whose unfinished line is remembered. */
const MOST_TRACKS = 64;
/** What of the past the surroundings must know, where a rule asks for it. */
const PAST_FIELDS = ['count', 'repeats', 'cost', 'title', 'url'];

export class SandboxRules {
  readonly #options: SandboxRulesOptions;
  readonly #surroundings = new Surroundings();
  readonly #lines = new Map<Track, OutputLines>();
  readonly #written = new Map<RuleId, { second: number; times: number }>();
  readonly #stop: (() => void)[];
  #knowsPast = false;
  #waiting: (() => void)[] = [];

  constructor(options: SandboxRulesOptions) {
    this.#options = options;
    const { log } = options;
    this.#stop = [
      log.onEvent((event) => this.#seen(event)),
      log.onAnyFrame((frame, track) => this.#printed(frame, track)),
    ];
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.#waiting = [];
  }

  before(call: AskedFacts): Matched | null {
    this.#settle();
    const ready = this.#options.ready();
    if (this.#knowsPast) this.#surroundings.asked(call);
    else if (asksForPast(ready)) this.#learnPast(call);
    if (!ready.has('before', call.name)) return null;
    const facts = new Facts({ moment: 'before', call }, this.#surroundings.around(call.name));
    return this.#hit(ready.match(facts), facts, call.call);
  }

  after(call: EndedFacts): Matched | null {
    this.#settle();
    const ready = this.#options.ready();
    if (this.#knowsPast) this.#surroundings.ended(call);
    if (!ready.has('after', call.name)) return null;
    const facts = new Facts({ moment: 'after', call }, this.#surroundings.around(call.name));
    return this.#hit(ready.match(facts), facts, call.call);
  }

  mayHoldAfter(name: string): boolean {
    return this.#options.ready().decides('after', name);
  }

  /** The past is read once, when a rule first asks for it; from then on it is kept up. */
  #learnPast(call: AskedFacts): void {
    this.#knowsPast = true;
    learn(this.#surroundings, this.#options.log, call.call);
    this.#surroundings.asked(call);
  }

  #seen(event: LogEvent): void {
    const ready = this.#options.ready();
    if (this.#knowsPast) this.#surroundings.shown(event);
    else if (ready.fields.has('title') && !event.kind.startsWith('call.')) {
      // What was so before counts too. (A call is counted when the gate asks about it.)
      this.#knowsPast = true;
      learn(this.#surroundings, this.#options.log);
    }
    const matched: { rules: readonly ReadyRule[]; facts: Facts }[] = [];
    for (const { event: name, actor, data } of seenEvents(event)) {
      if (!ready.has('on', name)) continue;
      const facts = new Facts({ moment: 'on', event: name, actor, data }, this.#surroundings.around(name));
      const rules = ready.match(facts);
      if (rules.length > 0) matched.push({ rules, facts });
    }
    for (const { rules, facts } of matched) this.#later(rules, facts);
  }

  #printed({ kind, payload }: TrackFrame, track: Track): void {
    if (!isOutput(track, kind)) return;
    const ready = this.#options.ready();
    const has = ready.has('on', 'output');
    if (!has && !ready.fields.has('terminal')) return;
    const lines = this.#lines.get(track) ?? new OutputLines();
    this.#lines.delete(track);
    this.#lines.set(track, lines);
    if (this.#lines.size > MOST_TRACKS) this.#lines.delete(this.#lines.keys().next().value as Track);
    const fresh = lines.add(payload, (text, except) => {
      if (!has) return [];
      const facts = new Facts(
        { moment: 'on', event: 'output', actor: 'agent', data: { text } },
        this.#surroundings.around('output'),
      );
      const rules = ready.match(facts, except);
      this.#later(rules, facts);
      return rules.map(({ ref }) => ref.id);
    });
    this.#surroundings.printed(fresh);
  }

  /** Followers of the log hear of events in their order: what comes of one is written behind it, not inside. */
  #later(rules: readonly ReadyRule[], facts: Facts): void {
    if (rules.length === 0) return;
    if (this.#waiting.length === 0) queueMicrotask(() => this.#settle());
    this.#waiting.push(() => {
      const matched = this.#hit(rules, facts, null);
      if (matched) this.#options.onEvent(matched);
    });
  }

  #settle(): void {
    for (const act of this.#waiting.splice(0)) act();
  }

  #hit(rules: readonly ReadyRule[], facts: Facts, call: CallId | null): Matched | null {
    if (rules.length === 0) return null;
    for (const { ref, syntax } of rules) {
      this.#options.onHit(ref.id);
      if (!this.#mayWrite(ref.id)) continue;
      const said = syntax.actions.map((action) => fillIn(textOf(action), facts)).find((text) => text !== '');
      this.#options.log.append({
        kind: 'rule.hit',
        actor: 'system',
        data: {
          rule: ref.id,
          name: ref.name,
          moment: facts.moment,
          call,
          actions: syntax.actions.map(({ kind }) => kind),
          message: said === undefined ? null : oneLine(said, 500),
        },
      });
    }
    return {
      decision: decisionOf(rules, facts),
      checkpoint: rules.find(({ syntax }) => syntax.actions.some(({ kind }) => kind === 'checkpoint'))?.ref ?? null,
      rules: rules.map(({ ref }) => ref),
    };
  }

  #mayWrite(rule: RuleId): boolean {
    const second = Math.floor(this.#options.now() / 1_000);
    const written = this.#written.get(rule);
    const times = written?.second === second ? written.times + 1 : 1;
    this.#written.set(rule, { second, times });
    return times <= WRITTEN_A_SECOND;
  }
}

const asksForPast = ({ fields }: ReadyRules): boolean => PAST_FIELDS.some((field) => fields.has(field));

const isOutput = (track: Track, kind: TrackFrame['kind']): boolean =>
  track.startsWith('terminal:')
    ? kind === trackFrame.output
    : track.startsWith('exec:') && (kind === trackFrame.stdout || kind === trackFrame.stderr);

const strictness: readonly Action['kind'][] = ['refuse', 'hold', 'ask'];

function decisionOf(rules: readonly ReadyRule[], facts: Facts): Decision {
  for (const wanted of strictness)
    for (const { ref, syntax } of rules)
      for (const action of syntax.actions) {
        if (action.kind !== wanted) continue;
        if (action.kind === 'refuse') return { kind: 'refuse', rule: ref, reason: fillIn(action.reason, facts) };
        if (action.kind === 'hold' || action.kind === 'ask') return { kind: action.kind, rule: ref };
      }
  return { kind: 'pass' };
}
