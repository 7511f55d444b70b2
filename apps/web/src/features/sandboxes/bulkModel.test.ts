import { AppError, openGate, type Sandbox, type SandboxId } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { BulkModel, countOutcomes, unfit } from './bulkModel.ts';

const make = (id: string, part: Partial<Sandbox> = {}) =>
  ({
    id,
    name: id,
    phase: 'running',
    gate: openGate,
    capabilities: { freeze: 'memory', checkpoint: { files: 'instant', memory: false } },
    ...part,
  }) as Sandbox;

it('does it for all, a few at a time, each with its own result', async () => {
  let running = 0;
  let most = 0;
  const model = new BulkModel(async (_, id) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    if (id === 'c') throw new AppError('wrongState', 'It is being restored.');
  });
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => make(id));
  await model.start('freeze', [...all, make('z', { phase: 'frozen' })]);
  expect(most).toBe(4);
  expect(model.state?.phase).toBe('ended');
  expect(countOutcomes(model.state!)).toEqual({ all: 8, done: 6, failed: 1, skipped: 1, left: 0 });
  expect(model.state?.items.find(({ id }) => id === 'c')?.outcome).toEqual({
    phase: 'failed',
    why: 'It is being restored.',
  });
  expect(model.state?.items.at(-1)?.outcome).toEqual({ phase: 'skipped', why: 'is frozen already' });
});

it('can be stopped: what has begun goes on, what has not is left', async () => {
  const gates: (() => void)[] = [];
  const asked: SandboxId[] = [];
  const model = new BulkModel((_, id) => {
    asked.push(id);
    return new Promise((resolve) => gates.push(resolve));
  });
  const working = model.start(
    'kill',
    ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => make(id)),
  );
  model.cancel();
  model.dismiss();
  expect(model.state).not.toBeNull();
  for (const open of gates) open();
  await working;
  expect(asked).toHaveLength(4);
  expect(countOutcomes(model.state!)).toEqual({ all: 6, done: 4, failed: 0, skipped: 2, left: 0 });
  model.dismiss();
  expect(model.state).toBeNull();
});

it('one act at a time', async () => {
  let open = () => {};
  const model = new BulkModel(() => new Promise((resolve) => (open = resolve)));
  const first = model.start('freeze', [make('a')]);
  await model.start('kill', [make('b')]);
  expect(model.state?.verb).toBe('freeze');
  open();
  await first;
});

it('knows what makes no sense', () => {
  expect(unfit('thaw', make('a'))).toBe('is not frozen');
  expect(unfit('kill', make('a', { phase: 'dead' }))).toBe('has ended');
  const none = make('a', {
    capabilities: { freeze: 'none', checkpoint: { files: 'none' } } as Sandbox['capabilities'],
  });
  expect(unfit('freeze', none)).toBe('its driver cannot freeze');
  expect(unfit('checkpoint', none)).toBe('its driver keeps none');
  expect(unfit('checkpoint', make('a', { phase: 'frozen' }))).toBeUndefined();
});

it('a paused one can go on and can be neither frozen nor thawed by half', () => {
  const paused = make('a', { phase: 'frozen', gate: { ...openGate, mode: 'paused' } });
  expect(unfit('continue', paused)).toBeUndefined();
  for (const verb of ['pause', 'freeze', 'thaw'] as const) expect(unfit(verb, paused)).toMatch(/is paused/);
  expect(unfit('continue', make('b'))).toBe('is not paused');
  expect(unfit('continue', make('c', { gate: { ...openGate, heldCalls: 1 } }))).toBeUndefined();
});
