import { AppError, type RuleFile, RuleId, type RuleProblem } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { trackFrame } from '../../recorder/log.ts';
import { person, RulesWorld } from './rulesWorld.ts';

const holdRm = 'before exec matching "rm -rf" → hold';
const refused = async (work: () => Promise<unknown>): Promise<AppError> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

describe('rules of a sandbox', () => {
  it('hold, ask and refuse its calls; the strictest counts', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    const own = { kind: 'sandbox', sandbox: entry.id } as const;
    expect(world.call(entry, 'exec', { command: 'rm -rf /' })).toEqual({ before: null, after: null });
    const rule = await world.service.create(person, own, {
      text: 'before exec  matching "rm -rf"->hold',
      name: 'No rm',
    });
    expect(rule).toMatchObject({ text: holdRm, name: 'No rm', enabled: true, hits: 0, scope: own });
    expect(world.call(entry, 'exec', { command: 'rm -rf /' }).before).toMatchObject({
      decision: { kind: 'hold', rule: { id: rule.id, name: 'No rm' } },
      checkpoint: null,
    });
    expect(world.call(entry, 'exec', { command: 'ls' }).before).toBeNull();
    await world.service.create(person, own, {
      text: 'before exec where path is "/" → checkpoint, refuse "not {path}"',
    });
    expect(world.call(entry, 'exec', { command: 'rm -rf /' }).before).toMatchObject({
      decision: { kind: 'refuse', reason: 'not /' },
      checkpoint: { name: expect.stringContaining('before exec') },
      rules: [{ name: 'No rm' }, {}],
    });
    await world.service.update(person, own, rule.id, { enabled: false });
    expect(world.call(entry, 'exec', { command: 'rm -rf x' }).before).toBeNull();
    expect(world.service.list(entry.id).items.map((each) => [each.hits, each.enabled])).toEqual([
      [2, false],
      [1, true],
    ]);
  });

  it('look at what came of a call', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    await world.service.create(
      person,
      { kind: 'sandbox', sandbox: entry.id },
      { text: 'after exec where exit is not 0 → hold' },
    );
    expect(world.call(entry, 'exec', {}, { result: { code: 1 } })).toMatchObject({
      before: null,
      after: { decision: { kind: 'hold' } },
    });
    expect(world.call(entry, 'exec', {}, { result: { code: 0 } }).after).toBeNull();
  });

  it('are in the recording: who changed them, and each hit behind the call', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    await world.service.create(
      person,
      { kind: 'sandbox', sandbox: entry.id },
      { text: 'before exec → log "ran {argument.command}"' },
    );
    world.call(entry, 'exec', { command: 'ls' });
    expect(world.events(entry, 'sandbox.updated')).toMatchObject([
      { actor: 'person', by: 'tok_person', data: { changed: ['rules'] } },
    ]);
    const [asked] = world.events(entry, 'call.asked');
    expect(world.events(entry, 'rule.hit')).toMatchObject([
      {
        seq: asked!.seq + 1,
        actor: 'system',
        data: { call: asked!.data.call, moment: 'before', actions: ['log'], message: 'ran ls' },
      },
    ]);
  });

  it('reach no other sandbox; those for all and of its template do', async () => {
    await using world = await RulesWorld.open();
    const [one, other, builder] = [world.add(), world.add(), world.add({ template: 'builder' })];
    const rule = await world.service.create(person, { kind: 'sandbox', sandbox: one.id }, { text: holdRm });
    await world.service.create(person, { kind: 'everywhere' }, { text: 'before write → hold' });
    await world.service.create(person, { kind: 'template', template: 'builder' }, { text: 'before mkdir → ask' });
    const held = (entry: typeof one) =>
      ['exec', 'write', 'mkdir'].map(
        (name) => world.call(entry, name, { command: 'rm -rf /' }).before?.decision.kind ?? 'pass',
      );
    expect([one, other, builder].map(held)).toEqual([
      ['hold', 'hold', 'pass'],
      ['pass', 'hold', 'pass'],
      ['pass', 'hold', 'ask'],
    ]);
    const elsewhere = await refused(() =>
      world.service.remove(person, { kind: 'sandbox', sandbox: other.id }, rule.id),
    );
    expect(elsewhere.code).toBe('notFound');
    expect((await refused(() => world.service.update(person, 'shared', rule.id, { enabled: false }))).code).toBe(
      'notFound',
    );
    expect(world.service.list(other.id).items.map((each) => [each.text, each.hits])).toEqual([
      ['before write → hold', 1],
    ]);
    expect(world.service.listAll().items.map((each) => each.hits)).toEqual([1, 3, 1]);
  });

  it('hold on events: a file, a host, a word in the output', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    const own = { kind: 'sandbox', sandbox: entry.id } as const;
    await world.service.create(person, own, { text: 'on file where path matching glob "**/src/**" → hold' });
    await world.service.create(person, own, { text: 'on output matching /FAIL/ → hold, notify "tests fail"' });
    const change = (path: string) => ({ path, kind: 'modified' as const, directory: false });
    entry.append({
      kind: 'file.changed',
      actor: 'agent',
      data: { changes: [change('/a'), change('/home/user/src/b')], dropped: 0 },
    });
    entry.append({ kind: 'file.changed', actor: 'agent', data: { changes: [change('/a')], dropped: 0 } });
    await world.settle();
    expect(world.heard).toMatchObject([{ sandbox: entry.id, matched: { decision: { kind: 'hold' } } }]);
    for (const text of ['ok\nFA', 'IL ', 'two tests\n'])
      entry.log.appendFrame('exec:exe_aaaa' as never, trackFrame.stdout, Buffer.from(text));
    await world.settle();
    expect(world.heard).toHaveLength(2);
    expect(world.events(entry, 'rule.hit').map(({ data }) => [data.moment, data.message])).toEqual([
      ['on', null],
      ['on', 'tests fail'],
    ]);
  });

  it('tell the gate of an event before its next call is asked', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    await world.service.create(
      person,
      { kind: 'sandbox', sandbox: entry.id },
      { text: 'on phase where phase is "running" → hold' },
    );
    entry.append({
      kind: 'sandbox.phase',
      actor: 'system',
      data: { from: 'frozen', to: 'running', asked: null, reason: null },
    });
    expect(world.heard).toHaveLength(0);
    world.call(entry, 'exec', {});
    expect(world.heard).toHaveLength(1);
  });

  it('never match what a rule does: no checkpoint of a checkpoint', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    await world.service.create(person, { kind: 'sandbox', sandbox: entry.id }, { text: 'on checkpoint → checkpoint' });
    const data = { checkpoint: 'chk_aaaa' as never, number: 1, name: '#1', memory: false, stoppedMs: 1 };
    entry.append({ kind: 'checkpoint.created', actor: 'person', data });
    await world.settle();
    expect(world.heard).toMatchObject([{ matched: { checkpoint: {}, decision: { kind: 'pass' } } }]);
    entry.append({ kind: 'checkpoint.created', actor: 'system', data });
    await world.settle();
    expect(world.heard).toHaveLength(1);
  });

  it('count calls, also those from before the rule and before a restart', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    for (let n = 0; n < 3; n++) world.call(entry, 'exec', { command: `${n}` });
    await world.service.create(
      person,
      { kind: 'sandbox', sandbox: entry.id },
      { text: 'before exec where count >= 5 or repeats >= 3 → hold' },
    );
    const next = (command: string) => world.call(entry, 'exec', { command }).before !== null;
    expect([next('a'), next('b')]).toEqual([false, true]);
    await world.restart();
    expect(next('c')).toBe(true);
    const [rule] = world.service.list(entry.id).items;
    expect(rule).toMatchObject({ hits: 2, lastHitAtMs: world.clock.now() });
    await world.service.update(person, { kind: 'sandbox', sandbox: entry.id }, rule!.id, {
      text: 'before exec where repeats >= 3 → hold',
    });
    expect([next('d'), next('d'), next('d'), next('e')]).toEqual([false, false, true, false]);
  });

  it('write at most ten hits a second, and count them all', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    await world.service.create(person, { kind: 'sandbox', sandbox: entry.id }, { text: 'before exec → log' });
    for (let n = 0; n < 25; n++) world.call(entry, 'exec', {});
    world.clock.advance(1_000);
    world.call(entry, 'exec', {});
    expect(world.events(entry, 'rule.hit')).toHaveLength(11);
    expect(world.service.list(entry.id).items[0]).toMatchObject({ hits: 26 });
  });
});

describe('a bad rule', () => {
  it('is refused at the character', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    const error = await refused(() =>
      world.service.create(
        person,
        { kind: 'sandbox', sandbox: entry.id },
        { text: 'before exec where exit is 1 → hold' },
      ),
    );
    expect(error.code).toBe('badRequest');
    expect(error.message).toBe('Line 1, column 19: “exit” is only known after a call. Write “after”.');
    expect(error.details?.['problem'] as RuleProblem).toMatchObject({ at: 18, length: 4, line: 1, column: 19 });
    expect(world.service.check('before exec where exit is 1 → hold')).toMatchObject({ ok: false, problem: { at: 18 } });
    expect(world.service.list(entry.id).items).toEqual([]);
  });

  it('may not make the others slow: there is a bound on all of them together', async () => {
    await using world = await RulesWorld.open();
    const costly = (n: number) => ({ text: `before exec matching /(a|b)*a(a|b){${40 + n}}c/ → hold` });
    const error = await refused(async () => {
      for (let n = 0; n < 20; n++) await world.service.create(person, { kind: 'everywhere' }, costly(n));
    });
    expect(error.code).toBe('limitExceeded');
    expect(error.message).toContain('too costly together');
  });
});

describe('built-in sets', () => {
  it('are switched on for a sandbox, or for all, and stay so', async () => {
    await using world = await RulesWorld.open();
    const [one, other] = [world.add(), world.add()];
    const held = (entry: typeof one) =>
      world.call(entry, 'exec', { command: 'git reset --hard' }).before?.decision.kind ?? 'pass';
    expect(held(one)).toBe('pass');
    const set = await world.service.switchSet(person, { kind: 'sandbox', sandbox: one.id }, 'destructive-shell', true);
    expect(set).toMatchObject({ enabled: true, everywhere: false });
    await world.restart();
    expect([held(one), held(other)]).toEqual(['hold', 'pass']);
    const [rule] = world.service
      .list(one.id)
      .sets.find(({ name }) => name === 'destructive-shell')!
      .rules.filter((each) => each.hits > 0);
    expect(rule).toMatchObject({ name: 'Lose work in git', hits: 1 });
    await world.service.switchSet(person, { kind: 'everywhere' }, 'destructive-shell', true);
    await world.service.switchSet(person, { kind: 'sandbox', sandbox: one.id }, 'destructive-shell', false);
    expect([held(one), held(other)]).toEqual(['hold', 'hold']);
    expect(world.service.list(other.id).sets[1]).toMatchObject({ enabled: true, everywhere: true });
  });
});

describe('a file of rules', () => {
  it('carries them to another sandbox, once', async () => {
    await using world = await RulesWorld.open();
    const [one, other] = [world.add(), world.add()];
    const from = { kind: 'sandbox', sandbox: one.id } as const;
    const to = { kind: 'sandbox', sandbox: other.id } as const;
    await world.service.create(person, from, { text: holdRm, name: 'No rm' });
    await world.service.create(person, from, { text: 'before write → hold', enabled: false });
    await world.service.switchSet(person, from, 'payments-and-sends', true);
    const file = world.service.export(from);
    expect(file).toMatchObject({
      sandglassRules: 1,
      sets: ['payments-and-sends'],
      rules: [{ name: 'No rm' }, { enabled: false }],
    });
    await world.service.import(person, to, JSON.parse(JSON.stringify(file)) as RuleFile);
    expect(world.service.export(to)).toEqual(file);
    await world.service.import(person, to, file);
    expect(world.service.export(to)).toEqual(file);
  });

  it('is taken whole or not at all', async () => {
    await using world = await RulesWorld.open();
    const scope = { kind: 'everywhere' } as const;
    const rules = [holdRm, 'before exec → stop'].map((text) => ({ name: 'x', text, enabled: true }));
    const error = await refused(() => world.service.import(person, scope, { sandglassRules: 1, rules, sets: [] }));
    expect(error.message).toContain('Rule 2 of the file: Line 1, column 15');
    expect(world.service.listAll().items).toEqual([]);
  });
});

describe('what would have matched', () => {
  it('is looked for in the calls of the recording, the newest first', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    for (const command of ['ls', 'rm -rf a', 'npm test', 'rm -rf b']) {
      world.clock.advance(1_000);
      world.call(entry, 'exec', { command }, { result: { code: command === 'npm test' ? 1 : 0 }, outcome: 'exit' });
    }
    const preview = await world.service.preview(entry.id, holdRm, 10);
    expect(preview).toMatchObject({ total: 2, looked: 4, complete: true, unknown: [] });
    expect(preview.items.map(({ wallMs }) => wallMs)).toEqual(
      [...preview.items.map(({ wallMs }) => wallMs)].sort((a, b) => b - a),
    );
    expect(preview.items[0]?.call).toMatch(/^cal_/);
    expect(await world.service.preview(entry.id, holdRm, 1)).toMatchObject({
      total: 2,
      items: [{ call: preview.items[0]!.call }],
    });
    expect(await world.service.preview(entry.id, 'after exec where failed → hold', 10)).toMatchObject({
      total: 1,
      looked: 4,
    });
    expect(await world.service.preview(entry.id, 'before exec where count > 2 → hold', 10)).toMatchObject({ total: 2 });
    expect(world.service.list(entry.id).items).toEqual([]);
    expect(world.events(entry, 'rule.hit')).toEqual([]);
  });

  it('is looked for in events and output, too', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    entry.append({
      kind: 'file.changed',
      actor: 'agent',
      data: { changes: [{ path: '/home/user/src/a', kind: 'created', directory: false }], dropped: 0 },
    });
    for (const text of ['one FA', 'IL\n', 'two FAIL\n', 'fine\n'])
      entry.log.appendFrame('terminal:trm_aaaa' as never, trackFrame.output, Buffer.from(text));
    expect(await world.service.preview(entry.id, 'on file where path matching "src" → hold', 5)).toMatchObject({
      total: 1,
      items: [{ summary: '/home/user/src/a', call: null }],
    });
    const found = await world.service.preview(entry.id, 'on output matching "FAIL" → hold', 5);
    expect(found.items.map(({ summary }) => summary)).toEqual(['two FAIL', 'one FAIL']);
  });

  it('cannot be asked of a broken rule', async () => {
    await using world = await RulesWorld.open();
    const entry = world.add();
    expect((await refused(() => world.service.preview(entry.id, 'before', 5))).code).toBe('badRequest');
  });
});

it('gives rules ids that are rules’', () => {
  expect(RuleId.safeParse('rul_preview').success).toBe(true);
});
