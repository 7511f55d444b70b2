/** From a key sent by a viewer to its echo received by it, through guest, log and stream. */
import { type Figure, median, quantile, round } from '../figure.ts';
import { startServer } from '../server.ts';

const COUNT = 200;

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: '0' });
  const sandbox = await server.client.sandboxes.create({ image: 'base' });
  const terminal = await sandbox.terminals.open({ command: ['/bin/cat'] });
  let heard: (text: string) => void = () => {};
  const decoder = new TextDecoder();
  terminal.attach({ onOutput: (bytes) => heard(decoder.decode(bytes)) });
  const press = (key: string): Promise<number> =>
    new Promise((resolve) => {
      const from = performance.now();
      heard = (text) => text.includes(key) && resolve(performance.now() - from);
      terminal.type(key);
    });
  await terminal.write('');
  const samples: number[] = [];
  for (let i = 0; i < COUNT; i++) samples.push(await press(String.fromCharCode(97 + (i % 26))));
  yield { name: 'echo.p50', value: round(median(samples)), unit: 'ms', aim: '≤ 8 ms' };
  yield { name: 'echo.p95', value: round(quantile(samples, 0.95)), unit: 'ms' };
  terminal.detach();
}
