/** 50 sandboxes created, used and killed at once, without an error. */
import { type Figure, round, timed } from '../figure.ts';
import { startServer } from '../server.ts';

const COUNT = 50;

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer();
  let errors = 0;
  const one = async (): Promise<void> => {
    try {
      const sandbox = await server.client.sandboxes.create({ image: 'base' }, { timeoutMs: 120_000 });
      const { stdout } = await sandbox.run('echo ok', {});
      if (stdout !== 'ok\n') throw new Error(`unexpected output ${stdout}`);
      await sandbox.kill();
    } catch (error) {
      errors++;
      process.stderr.write(`${error}\n`);
    }
  };
  const { ms } = await timed(() => Promise.all(Array.from({ length: COUNT }, one)));
  yield { name: 'burst.errors', value: errors, unit: `of ${COUNT}`, aim: '0' };
  yield { name: 'burst.time', value: round(ms / 1000), unit: 's' };
}
