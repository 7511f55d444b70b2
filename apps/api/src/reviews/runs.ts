import { isDeepStrictEqual } from 'node:util';
import {
  AppError,
  formatId,
  nothingSpent,
  type Run,
  type RunBudget,
  RunId,
  type TokenId,
  wallMsAt,
} from '@sandglass/protocol';
import { currentTrace } from '../lib/trace.ts';
import type { SandboxEntry } from '../sandboxes/entry.ts';
import type { SandboxRoom } from '../sandboxes/room.ts';
import type { SearchService } from '../search/service.ts';
import type { RunService } from '../services.ts';
import { Budgets, isWider } from './budgets.ts';
import { Follower } from './follower.ts';
import type { NoteBook } from './notes.ts';
import { RunBook } from './runBook.ts';
import { pageOfRuns } from './runList.ts';
import type { ReviewStore } from './store.ts';
import { emptyStrip, type StoredRun } from './storedRun.ts';
import { countedKinds, tally } from './tally.ts';
import { hasWords, wordsOf } from './words.ts';

export interface RunsOptions {
  readonly room: SandboxRoom;
  readonly store: ReviewStore;
  readonly notes: NoteBook;
  readonly search: SearchService;
  readonly random: (bytes: number) => Uint8Array;
  readonly tokenName: (token: TokenId) => Promise<string | undefined>;
  /** Something for the agent to know with its next answer. */
  readonly tell: (entry: SandboxEntry, text: string) => void;
}

export interface Runs {
  readonly service: RunService;
  readonly budgets: Budgets;
  /** Takes up the runs of sandboxes that live, ends those whose sandbox did not. */
  start(): Promise<void>;
  close(): Promise<void>;
  /** Its recording goes, and with it what was judged and written of it. */
  forget(sandbox: StoredRun['sandbox']): Promise<void>;
  /** Of the runs that are under way there. */
  labels(sandbox: StoredRun['sandbox']): readonly Readonly<Record<string, string>>[];
}

type Ending = Pick<StoredRun, 'reason'> & { readonly outcome: Exclude<Run['outcome'], 'running'> };
/** Nobody scrolls through more places than this to see in which runs words were said. */
const MAX_FOUND = 1_000;
const EVENTS_AT_ONCE = 1_000;

export function createRuns(options: RunsOptions): Runs {
  const { room, store, notes, search } = options;
  const { now } = room.clock;
  const book = new RunBook(store, (run, error) =>
    room.logger.error({ err: error, sandbox: run.sandbox, run: run.id }, 'a run could not be saved'),
  );
  const newId = () => RunId.parse(formatId('run', options.random(16)));
  const nameOf = async (token: TokenId) => (await options.tokenName(token)) ?? token;

  const budgets = new Budgets({ book, now, tell: options.tell });
  /** Asked for by agents whose first call here has yet to come. */
  const wanted = new Map<string, RunBudget>();

  /** Of sandboxes that have ended and change no more: a list of runs names each of theirs. */
  const known = new Map<StoredRun['sandbox'], Place>();
  const placeOf = (sandbox: StoredRun['sandbox']): Place | undefined => {
    const there = known.get(sandbox);
    if (there) return there;
    const entry = room.find(sandbox);
    if (!entry) return undefined;
    const place = placeIn(entry);
    if (entry.ended) known.set(sandbox, place);
    return place;
  };

  const shown = (run: StoredRun, place: Place): Run => {
    const { token: _, countedSeq: __, told: ___, ...rest } = run;
    return {
      ...rest,
      ...place,
      durationMs: Math.max(0, (run.endedAtMs ?? now()) - run.startedAtMs),
      notes: notes.within(run).length,
    };
  };

  const ended = (entry: SandboxEntry, run: StoredRun, { outcome, reason }: Ending): StoredRun => {
    if (!entry.ended)
      entry.append({ kind: 'run.ended', actor: 'agent', by: run.token, data: { run: run.id, outcome, reason } });
    const endedAtUs = entry.ended ? Math.max(run.startedAtUs, entry.log.lastUs) : entry.log.now();
    const endedAtMs = entry.ended ? (entry.facts.endedAtMs ?? now()) : now();
    return { ...book.get(run.sandbox, run.id), outcome, reason, endedAtUs, endedAtMs };
  };

  const follower = new Follower({
    book,
    newId,
    tokenName: options.tokenName,
    budget: ({ id }, token) => {
      const key = `${id} ${token}`;
      const budget = wanted.get(key) ?? null;
      wanted.delete(key);
      return budget;
    },
    end: (entry, run, outcome, reason) => book.note(ended(entry, run, { outcome, reason })),
  });

  /** The agent speaks for itself: what was seen of it gives way, unless somebody has said something to it. */
  const giveWay = async (entry: SandboxEntry, token: TokenId): Promise<void> => {
    for (const run of book.open(entry.id)) {
      if (run.origin !== 'seen' || run.token !== token) continue;
      if (run.verdict === null && notes.within(run).length === 0) await book.remove(run);
      else await book.save(ended(entry, run, { outcome: 'unknown', reason: 'Its agent began a run of its own.' }));
    }
  };

  const countAll = ({ recording }: SandboxEntry, run: StoredRun): StoredRun => {
    let counted = run;
    for (let from = 1; ; ) {
      const events = recording.eventsOf(countedKinds, from, EVENTS_AT_ONCE);
      counted = events.reduce(tally, counted);
      const last = events.at(-1);
      if (events.length < EVENTS_AT_ONCE || last!.atUs > run.endedAtUs!) return counted;
      from = last!.seq + 1;
    }
  };

  const service: RunService = {
    list: async ({ q, sandbox, only, ...question }) => {
      const all = (sandbox === undefined ? book.all() : book.of(sandbox)).flatMap((run) => {
        if (only !== undefined && run.sandbox !== only) return [];
        const place = placeOf(run.sandbox);
        return place === undefined ? [] : [shown(run, place)];
      });
      if (q === undefined || q === '') return pageOfRuns(all, question);
      const words = wordsOf(q);
      const found = words.some((word) => [...word].length >= 3)
        ? search.find({ words: q, limit: MAX_FOUND }).items
        : [];
      const fitting = all.filter(
        (run) =>
          hasWords(textOf(run), words) ||
          notes.within(run).some(({ text }) => hasWords(text, words)) ||
          found.some(({ sandbox: at, atUs }) => at === run.sandbox && isWithin(run, atUs)),
      );
      return pageOfRuns(fitting, question);
    },
    get: (sandbox, id) => shown(book.get(sandbox, id), placeIn(room.entry(sandbox))),
    start: async (caller, sandbox, body) => {
      const entry = room.entry(sandbox);
      const { range } = body;
      if (range === undefined && entry.ended)
        throw new AppError(
          'gone',
          'The sandbox has ended: no run can begin in it. Give `range` to mark a stretch of its recording.',
        );
      const agent = body.agent ?? (await nameOf(caller.token));
      const base: StoredRun = {
        id: newId(),
        sandbox,
        origin: range === undefined ? 'started' : 'marked',
        token: range === undefined ? caller.token : null,
        goal: body.goal,
        agent,
        door: caller.door,
        outcome: 'running',
        reason: null,
        cost: null,
        budget: body.budget ?? null,
        spent: nothingSpent,
        told: {},
        labels: body.labels ?? { ...entry.facts.labels },
        traceparent: body.traceparent ?? currentTrace(),
        startedAtUs: 0,
        endedAtUs: null,
        startedAtMs: now(),
        endedAtMs: null,
        calls: 0,
        errors: 0,
        interventions: 0,
        strip: emptyStrip,
        verdict: null,
        countedSeq: 0,
      };
      if (range !== undefined) {
        const atMs = (atUs: number) => Math.round(wallMsAt(entry.facts, atUs));
        const toUs = Math.min(range.toUs, entry.ended ? entry.log.lastUs : entry.log.now());
        if (toUs <= range.fromUs)
          throw new AppError('badRequest', 'The range begins after the end of the recording. Choose an earlier one.');
        const marked: StoredRun = {
          ...base,
          outcome: 'unknown',
          startedAtUs: range.fromUs,
          endedAtUs: toUs,
          startedAtMs: atMs(range.fromUs),
          endedAtMs: atMs(toUs),
        };
        const run = countAll(entry, marked);
        await book.save(run);
        return shown(run, placeIn(entry));
      }
      await giveWay(entry, caller.token);
      entry.append({
        kind: 'run.started',
        actor: caller.actor,
        by: caller.token,
        data: { run: base.id, goal: base.goal, agent },
      });
      const { lastSeq, lastUs } = entry.log;
      const run = { ...base, startedAtUs: lastUs, countedSeq: lastSeq };
      await book.save(run);
      return shown(run, placeIn(entry));
    },
    update: async (caller, sandbox, id, { reason, ...body }) => {
      const entry = room.entry(sandbox);
      const before = book.get(sandbox, id);
      if (body.budget !== undefined && caller.actor === 'agent' && isWider(body.budget, before.budget))
        throw new AppError('forbidden', 'Only a person can widen the budget of a run. Ask one.');
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      await book.save({ ...before, ...given });
      const { budget } = body;
      if (budget !== undefined && !isDeepStrictEqual(budget, before.budget) && !entry.ended)
        entry.append({
          kind: 'run.budgeted',
          actor: caller.actor,
          by: caller.token,
          data: { run: id, budget, reason: reason ?? null },
        });
      budgets.changed(entry, book.get(sandbox, id));
      return shown(book.get(sandbox, id), placeIn(entry));
    },
    limit: (caller, sandbox, budget) => {
      const open = book.open(sandbox).filter(({ token }) => token === caller.token);
      for (const run of open) if (run.budget === null) book.note({ ...run, budget });
      if (open.length === 0) wanted.set(`${sandbox} ${caller.token}`, budget);
    },
    limits: (caller, sandbox) => budgets.limits(room.entry(sandbox), caller),
    spend: (caller, sandbox, spending) => budgets.spend(room.entry(sandbox), caller, spending),
    end: async (_caller, sandbox, id, { outcome, reason = null, cost }) => {
      const entry = room.entry(sandbox);
      const before = book.get(sandbox, id);
      // Said twice, the first counts: the answer to it may have been lost.
      if (before.outcome !== 'running') return shown(before, placeIn(entry));
      const run = { ...ended(entry, before, { outcome, reason }), ...(cost === undefined ? {} : { cost }) };
      await book.save(run);
      return shown(run, placeIn(entry));
    },
    say: (caller, sandbox, id, { text, sort }) => {
      const entry = room.entry(sandbox);
      if (book.get(sandbox, id).outcome !== 'running')
        throw new AppError('gone', 'The run has ended; what is said now belongs to none. Begin another one.');
      entry.append({ kind: 'agent.said', actor: caller.actor, by: caller.token, data: { sort, text } });
    },
    remove: async (_caller, sandbox, id) => {
      const run = book.get(sandbox, id);
      if (run.origin !== 'marked')
        throw new AppError('wrongState', 'Only a run that was marked by hand can be taken back; this one happened.');
      await book.remove(run);
    },
    judge: async (caller, sandbox, id, body) => {
      const entry = room.entry(sandbox);
      const by = { token: caller.token, name: await nameOf(caller.token) };
      const reason = body?.reason === undefined || body.reason === '' ? null : body.reason;
      const verdict = body === null ? null : { judgement: body.judgement, reason, by, atMs: now() };
      const run: StoredRun = { ...book.get(sandbox, id), verdict };
      if (!entry.ended)
        entry.append({
          kind: 'run.judged',
          actor: caller.actor,
          by: caller.token,
          data: { run: id, verdict: body?.judgement ?? null },
        });
      await book.save(run);
      return shown(run, placeIn(entry));
    },
  };

  let unlisten = () => {};
  return {
    service,
    budgets,
    async start() {
      await book.load();
      const kept = await room.store.ids();
      for (const run of book.all()) if (!kept.has(run.sandbox)) await book.remove(run);
      for (const entry of room.entries()) follower.meet(entry);
      const cutOff = book.all().filter(({ outcome }) => outcome === 'running');
      for (const { sandbox } of cutOff) follower.meet(room.entry(sandbox));
      unlisten = room.onChange(({ id }) => {
        const entry = room.find(id);
        if (entry !== undefined) follower.meet(entry);
      });
    },
    async close() {
      unlisten();
      follower.close();
      await book.flush();
    },
    async forget(sandbox) {
      known.delete(sandbox);
      await Promise.all(book.of(sandbox).map((run) => book.remove(run)));
      for (const note of notes.of(sandbox)) {
        await store.removeNote(note.id);
        notes.remove(note);
      }
    },
    labels: (sandbox) => book.open(sandbox).map(({ labels }) => labels),
  };
}

type Place = Pick<Run, 'sandboxName' | 'hasScreen'>;
const placeIn = ({ facts }: SandboxEntry): Place => ({
  sandboxName: facts.name,
  hasScreen: facts.capabilities.screen !== 'none',
});

const textOf = (run: Run): string =>
  [
    run.goal,
    run.agent,
    run.sandboxName,
    run.sandbox,
    run.id,
    run.reason ?? '',
    run.verdict?.reason ?? '',
    ...Object.entries(run.labels).map(([key, value]) => `${key}=${value}`),
  ].join('\n');

const isWithin = ({ startedAtUs, endedAtUs }: Pick<Run, 'startedAtUs' | 'endedAtUs'>, atUs: number): boolean =>
  atUs >= startedAtUs && (endedAtUs === null || atUs <= endedAtUs);
