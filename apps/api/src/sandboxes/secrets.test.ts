import { expect, it } from 'vitest';
import { trackFrame } from '../recorder/log.ts';
import { REMOVED } from '../recorder/redaction/redactor.ts';
import { agent, TestWorld } from './testWorld.ts';

const SECRET = 'correct-horse-battery';

it('what is marked or called a secret reaches programs and callers, and nothing that is kept', async () => {
  await using world = await TestWorld.open();
  const { execs, sandboxes } = world.services;
  const made = await world.create({
    secrets: { PLAIN_NAME: SECRET },
    environment: { API_KEY: 'key-of-another-kind', MODE: 'test' },
  });
  expect(made.environment).toEqual({ MODE: 'test' });
  expect(made.secretNames).toEqual(['API_KEY', 'PLAIN_NAME']);
  expect(JSON.stringify(made)).not.toContain(SECRET);

  const command = `echo $PLAIN_NAME $API_KEY ${SECRET}`;
  const ended = await execs.start(agent, made.id, { command, environment: { DB_PASSWORD: 'only for this one' } });
  expect(ended.stdout).toBe(`${SECRET} key-of-another-kind ${SECRET}\n`);
  expect(ended.command.join(' ')).toContain(`echo $PLAIN_NAME $API_KEY ${REMOVED}`);

  const log = sandboxes.log(made.id);
  const written = [...log.frames(`exec:${ended.id}`, 0)].map(({ payload }) => Buffer.from(payload).toString());
  expect(written.join('')).toBe(`${REMOVED} ${REMOVED} ${REMOVED}\n`);
  const events = JSON.stringify(log.events(0, 1000));
  for (const secret of [SECRET, 'key-of-another-kind', 'only for this one']) expect(events).not.toContain(secret);
  expect(events).toContain(REMOVED);
  expect(log.removed).toBeGreaterThanOrEqual(4);
  expect(log.outputBytes(`exec:${ended.id}`, trackFrame.stdout)).toBe(ended.stdout?.length);
});

it('a secret is not cut in half before it is found', async () => {
  await using world = await TestWorld.open();
  const made = await world.create({ secrets: { TOKEN: SECRET } });
  for (const before of [140, 150, 8180]) {
    const command = `# ${'x'.repeat(before)}${SECRET}`;
    await world.services.execs.start(agent, made.id, { command });
  }
  expect(JSON.stringify(world.events(made.id, 'call.asked'))).not.toMatch(/x(correct|corre|co?)\b|correct/);
});

it('secrets outlive the server and reach forks; a change of their length moves no byte', async () => {
  await using world = await TestWorld.open();
  const made = await world.create({ secrets: { TOKEN: SECRET } });
  const checkpoint = await world.services.checkpoints.create(agent, made.id, {});
  const terminal = await world.services.terminals.open(agent, made.id, {});
  await world.services.terminals.write(agent, made.id, terminal.id, `echo $TOKEN\r`);
  const track = `terminal:${terminal.id}` as const;
  const text = () =>
    [...world.services.sandboxes.log(made.id).frames(track, 0)]
      .filter(({ kind }) => kind === trackFrame.output)
      .map(({ payload }) => Buffer.from(payload).toString())
      .join('');
  await until(() => text().includes(REMOVED));
  const before = world.services.sandboxes.log(made.id).outputBytes(track, trackFrame.output);
  await world.restart();
  expect(world.services.sandboxes.log(made.id).outputBytes(track, trackFrame.output)).toBe(before);
  await world.services.terminals.write(agent, made.id, terminal.id, `echo again $TOKEN\r`);
  await until(() => text().includes(`again ${REMOVED}`));
  expect(text()).not.toContain(SECRET);
  expect(world.events(made.id, 'recorder.gap')).toEqual([]);

  const fork = await world.create({ checkpoint: checkpoint.id });
  expect(fork.secretNames).toEqual(['TOKEN']);
  const said = await world.services.execs.start(agent, fork.id, { command: 'echo $TOKEN' });
  expect(said.stdout).toBe(`${SECRET}\n`);
  expect(JSON.stringify([...world.services.sandboxes.log(fork.id).frames(`exec:${said.id}`, 0)])).not.toContain(
    [...Buffer.from(SECRET)].join(','),
  );
});

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setImmediate(resolve));
}
