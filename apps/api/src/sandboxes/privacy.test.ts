import { TokenId } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { trackFrame } from '../recorder/log.ts';
import { agent, person, TestWorld } from './testWorld.ts';

const MINUTE = 60_000;
const other = { ...person, token: TokenId.parse('tok_other') };

it('nothing of a private moment is written or shown to others; who asked for it sees it', async () => {
  await using world = await TestWorld.open();
  const { sandboxes, terminals, execs, privacy } = world.services;
  const { id } = await world.create();
  const terminal = await terminals.open(person, id, {});
  const track = `terminal:${terminal.id}` as const;
  const log = sandboxes.log(id);
  const said = (seen: typeof log) =>
    [...seen.frames(track, 0)]
      .filter(({ kind }) => kind === trackFrame.output)
      .map(({ payload }) => Buffer.from(payload).toString())
      .join('');
  const told: string[] = [];
  log.onAnyFrame((frame) => told.push(Buffer.from(frame.payload).toString()));
  log.onEvent((event) => told.push(JSON.stringify(event)));

  await terminals.write(person, id, terminal.id, 'echo before\r');
  await until(() => said(log).includes('before\r\n'));
  const shown = privacy.start(person, id, 10 * MINUTE);
  expect(shown.capture).toEqual({
    phase: 'private',
    by: person.token,
    sinceMs: expect.any(Number),
    untilMs: world.clock.now() + 10 * MINUTE,
  });
  await terminals.write(person, id, terminal.id, 'echo inside\r');
  await until(() => said(log.seenBy(person.token)).includes('inside\r\n'));
  const answer = await execs.start(agent, id, { command: 'echo inside-exec' });
  expect(answer.stdout).toBe('inside-exec\n');
  expect(said(log)).not.toContain('inside');
  expect(said(log.seenBy(other.token))).not.toContain('inside');
  expect(said(log.seenBy('all'))).toContain('inside');
  expect((await terminals.snapshot(id, terminal.id)).drawing).not.toContain('inside');
  expect((await terminals.snapshot(id, terminal.id, person.token)).drawing).toContain('inside');
  expect(
    log
      .seenBy(person.token)
      .events(0, 1000)
      .map((event) => JSON.stringify(event))
      .join(),
  ).toContain('inside-exec');

  privacy.end(person, id);
  expect(sandboxes.get(id).capture).toEqual({ phase: 'on' });
  await terminals.write(person, id, terminal.id, 'echo after\r');
  await until(() => said(log).includes('after\r\n'));
  for (const seen of [log, log.seenBy(person.token), log.seenBy('all')]) {
    expect(said(seen)).not.toContain('inside');
    expect(said(seen)).toMatch(/before[\s\S]*private[\s\S]*after/);
    expect(JSON.stringify(seen.events(0, 1000))).not.toContain('inside');
  }
  expect(told.join()).not.toContain('inside');
  expect(world.events(id, 'call.asked').at(-1)).toMatchObject({
    name: 'exec',
    arguments: {},
    summary: 'exec (private)',
  });
  expect(world.events(id, 'call.ended').at(-1)).toMatchObject({ ok: true, result: { code: 0 } });
  expect(world.events(id, 'recorder.stopped')).toEqual([{ reason: 'private', untilMs: expect.any(Number) }]);
  expect(world.events(id, 'recorder.resumed')).toEqual([
    { reason: 'private', sinceUs: expect.any(Number), why: 'it was ended' },
  ]);

  // Every byte of the terminal is accounted for, so that a restart asks for none of them again.
  const bytes = log.outputBytes(track, trackFrame.output);
  await world.restart();
  expect(world.services.sandboxes.log(id).outputBytes(track, trackFrame.output)).toBe(bytes);
  expect(said(world.services.sandboxes.log(id))).not.toContain('inside');
});

it('it ends by itself, only its person ends it before, and agents have none', async () => {
  await using world = await TestWorld.open();
  const { sandboxes, privacy } = world.services;
  const { id } = await world.create();
  expect(() => privacy.start(agent, id, MINUTE)).toThrow(expect.objectContaining({ code: 'forbidden' }));
  privacy.start(person, id, MINUTE);
  expect(() => privacy.start(other, id, MINUTE)).toThrow(expect.objectContaining({ code: 'wrongState' }));
  expect(() => privacy.end(other, id)).toThrow(expect.objectContaining({ code: 'forbidden' }));
  const changes: string[] = [];
  sandboxes.onChange((sandbox) => changes.push(sandbox.capture.phase));
  world.clock.advance(MINUTE - 1);
  expect(sandboxes.get(id).capture.phase).toBe('private');
  world.clock.advance(1);
  expect(sandboxes.get(id).capture.phase).toBe('on');
  expect(changes).toEqual(['on']);
  expect(world.events(id, 'recorder.resumed')).toMatchObject([{ why: 'its time was over' }]);
  privacy.end(person, id);
});

it('a server that ends within one goes on recording with an event, and none of what was said meanwhile', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const terminal = await world.services.terminals.open(person, id, {});
  const track = `terminal:${terminal.id}` as const;
  world.services.privacy.start(person, id, MINUTE);
  await world.services.terminals.write(person, id, terminal.id, 'echo inside\r');
  const seen = world.services.sandboxes.log(id).seenBy(person.token);
  await until(() => [...seen.frames(track, 0)].some(({ payload }) => Buffer.from(payload).includes('inside\r\n')));
  await world.restart();
  const log = world.services.sandboxes.log(id);
  expect(log.capture).toEqual({ phase: 'on' });
  expect(world.events(id, 'recorder.resumed')).toMatchObject([{ reason: 'private', why: 'the server was restarted' }]);
  const all = [...log.frames(track, 0)].map(({ payload }) => Buffer.from(payload).toString()).join('');
  expect(all).not.toContain('inside');
  expect(world.events(id, 'recorder.gap')).toEqual([]);
});

it('the end of a sandbox is the end of its private moment', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  world.services.privacy.start(person, id, MINUTE);
  await world.services.sandboxes.kill(person, id);
  expect(world.events(id, 'recorder.resumed')).toMatchObject([{ why: 'the sandbox ended' }]);
  expect(world.services.sandboxes.get(id).capture).toEqual({ phase: 'on' });
});

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setImmediate(resolve));
}
