/** A session that asciinema records inside of a terminal of ours: played to its end, both have the same bytes. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Sandbox, Terminal } from '@sandglass/protocol';
import { Recording, terminalAt } from '@sandglass/replay';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { asciicast } from '../bundles/asciicast.ts';
import { hasImages, KeeperWorld } from '../drivers/local/keeperWorld.ts';
import { agent, TestWorld } from '../sandboxes/testWorld.ts';
import { sourceOfLog } from './logSource.ts';

/** Plain Python, which a sandbox has too: the host's is what is compared with. */
const PACKAGES = '/usr/lib/python3/dist-packages';
const hasAsciinema = existsSync(`${PACKAGES}/asciinema/recorder.py`);
const PATIENCE = { timeout: 30_000, interval: 20 };

/** Colours, a progress bar, an editor's screen, a character cut in two, an answer that is typed, another size, ten thousand lines. */
const session = `
import os, sys, time
def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()
say('\\x1b[1;32mok\\x1b[0m żółć 漢字 😀\\r\\n')
for part in range(101): say('\\r\\x1b[K[%s] %d %%' % (('#' * (part // 2)).ljust(50), part))
for byte in '\\r\\n→ 漢\\r\\n'.encode():
    os.write(1, bytes([byte]))
    time.sleep(0.01)
say('\\x1b[?1049h\\x1b[2J\\x1b[5;10H~ an editor ~\\x1b[?25l\\x1b]2;a title\\x07\\x1b[?1049l\\x1b[?25h')
name = input('name? ')
say('hello %s, %dx%d\\n' % (name, *os.get_terminal_size()))
for line in range(10000): say('\\x1b[3%dm%06d\\x1b[0m src/cart.test.ts passed\\n' % (line % 8, line))
# asciinema stops listening the moment its program ends: what it has not read by then it never heard.
input('bye')
`;

describe.skipIf(!hasImages || !hasAsciinema)('asciinema in a terminal of ours', { timeout: 120_000 }, () => {
  let keeper: KeeperWorld;
  let world: TestWorld;
  let sandbox: Sandbox;

  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    world = await TestWorld.open(() => keeper.openDriver());
    sandbox = await world.create({ image: 'base' });
    const packed = execFileSync('tar', ['-C', PACKAGES, '--exclude=__pycache__', '-cz', 'asciinema']);
    await run('base64 -d | tar -xz -C /tmp', packed.toString('base64'));
    await run('cat > /tmp/session.py', session);
  }, 60_000);
  afterAll(async () => {
    await world.services.sandboxes.kill(agent, sandbox.id);
    await world[Symbol.asyncDispose]();
    await keeper[Symbol.asyncDispose]();
  });

  async function run(command: string, stdin?: string): Promise<string> {
    const body = { command, maxOutputBytes: 16_777_216, ...(stdin !== undefined && { stdin }) };
    const ended = await world.services.execs.start(agent, sandbox.id, body);
    expect(ended.exit, ended.stderr ?? '').toMatchObject({ code: 0 });
    return ended.stdout ?? '';
  }

  /** Of either version: the text of all output, in order. */
  const outputOf = (cast: string): string =>
    cast
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as [number, string, string])
      .filter(([, kind]) => kind === 'o')
      .map(([, , text]) => text)
      .join('');

  test('has what our recording plays to the end, and what our asciicast says, byte for byte', async () => {
    const { terminals, sandboxes } = world.services;
    const opened = await terminals.open(agent, sandbox.id, {
      command: ['python3', '-m', 'asciinema', 'rec', '--quiet', '-c', 'python3 /tmp/session.py', '/tmp/session.cast'],
      cwd: '/tmp',
      environment: { PYTHONPATH: '/tmp', LC_ALL: 'C.UTF-8', ASCIINEMA_CONFIG_HOME: '/tmp/asciinema-config' },
    });
    const log = sandboxes.log(sandbox.id);
    const said = () =>
      Buffer.concat([...log.frames(`terminal:${opened.id}`, 0)].map(({ payload }) => payload)).toString();
    await vi.waitFor(() => expect(said()).toContain('name? '), PATIENCE);
    await terminals.update(agent, sandbox.id, opened.id, { columns: 100, rows: 30 });
    await terminals.write(agent, sandbox.id, opened.id, 'Łucja\r');
    await vi.waitFor(() => expect(said().endsWith('bye')).toBe(true), PATIENCE);
    await terminals.write(agent, sandbox.id, opened.id, '\r');
    const ended = await vi.waitFor((): Terminal => {
      const now = terminals.get(sandbox.id, opened.id);
      expect(now.exit).toMatchObject({ code: 0 });
      return now;
    }, PATIENCE);

    const theirs = outputOf(await run('cat /tmp/session.cast'));
    expect(theirs).toContain('hello Łucja, 100x30');
    expect(theirs).toContain('009999');

    const recording = await Recording.open(sourceOfLog(log));
    const moment = await terminalAt(recording, opened.id, recording.index.nowUs);
    const ours = Buffer.concat(
      (moment?.steps ?? []).flatMap((step) => (step.kind === 'output' ? [Buffer.from(step.bytes)] : [])),
    );
    expect(moment?.drawing).toBe('');
    expect(ours.length).toBe(Buffer.byteLength(theirs));
    expect(ours.equals(Buffer.from(theirs))).toBe(true);

    const frames = log.frames(`terminal:${opened.id}`, 0);
    const cast = [...asciicast({ terminal: ended, frames, lastSeq: log.lastSeq, exitedAtUs: log.now() })].join('');
    expect(outputOf(cast) === theirs).toBe(true);
  });
});
