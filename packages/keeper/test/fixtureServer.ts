/** A server for tests of the whole program: asks the keeper a few things, prints what came of it, waits. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { Keeper } from '../src/client.ts';

const keeper = new Keeper(process as never);
const print = (what: object): void => {
  process.stdout.write(`${JSON.stringify(what)}\n`);
};
const attempt = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

keeper.onNotice(({ notice }) => {
  if (notice === 'stopping') process.exit(0);
});
process.on('disconnect', () => process.exit(0));

const secretFile = process.env.SANDGLASS_TEST_SECRET_FILE!;
print({
  pid: process.pid,
  uid: process.getuid!(),
  groups: process.getgroups!(),
  environment: Object.keys(process.env).sort(),
  args: process.argv.slice(2),
  read: await attempt(() => readFileSync(secretFile)),
  write: await attempt(() => writeFileSync(secretFile, 'overwritten')),
  writeOwn: await attempt(() => writeFileSync(`${process.env.SANDGLASS_DATA_DIR}/server/mine`, 'mine')),
  writeKeeper: await attempt(() => writeFileSync(`${process.env.SANDGLASS_DATA_DIR}/keeper/theirs`, 'x')),
  becomeRoot: await attempt(() => process.setuid!(0)),
  badVerb: await attempt(() => keeper.ask('run' as never, { command: 'id' } as never)),
  badPath: await attempt(() => keeper.ask('kill', { id: 'sbx_../../etc' })),
  extra: await attempt(() => keeper.ask('kill', { id: 'sbx_none', force: true } as never)),
  missing: await attempt(() => keeper.ask('freeze', { id: 'sbx_none' })),
});

const { sandboxes } = await keeper.ask('list', {});
if (process.env.SANDGLASS_TEST_CREATE && sandboxes.length === 0)
  await keeper.ask('create', {
    id: 'sbx_whole',
    source: { image: 'base' },
    limits: { cpus: 1, memoryMb: 256, diskMb: 64, pids: 64 },
    guestPort: 48_099,
    guestSecret: 'ab'.repeat(16),
  });
const answers: string[] = [];
if (process.env.SANDGLASS_TEST_CREATE) {
  const server = await keeper.listen('sbx_whole', 48_099);
  const socket = await new Promise<Socket>((resolve) => server.once('connection', resolve));
  socket.on('error', () => {});
  socket.setEncoding('utf8');
  const lines = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.split('\n').length > 2) resolve(text);
    });
  });
  socket.write('hostname\n');
  answers.push(await lines);
  const again = await keeper.listen('sbx_whole', 7_000);
  const accepted = new Promise<Socket>((resolve) => again.once('connection', resolve));
  const out = await keeper.connect('sbx_whole', 7_000);
  const peer = await accepted;
  peer.end('through');
  for await (const chunk of out) answers.push(String(chunk));
  answers.push(await attempt(() => keeper.connect('sbx_whole', 7_001)));
  again.close();
}
print({ adopted: sandboxes.map((sandbox) => sandbox.id), answers });
