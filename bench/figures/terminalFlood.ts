/** 100 MB through a terminal: every byte arrives, and the server's memory stays flat. */
import { createHash } from 'node:crypto';
import { type Figure, round } from '../figure.ts';
import { startServer } from '../server.ts';

const MEGABYTES = 100;

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: '0' });
  const sandbox = await server.client.sandboxes.create({ image: 'base' });
  // Printable lines without \n translation trouble: the terminal is put in raw mode, so bytes pass as they are.
  await sandbox.run(
    `head -c ${(MEGABYTES * 1_000_000 * 3) / 4} /dev/urandom | base64 -w 76 | head -c ${MEGABYTES * 1_000_000} > /tmp/flood`,
  );
  const wanted = (await sandbox.run('sha256sum /tmp/flood | cut -c1-64')).stdout?.trim();
  const size = Number((await sandbox.run('stat -c %s /tmp/flood')).stdout);
  const before = await server.memoryBytes();
  let peak = before;
  const watch = setInterval(async () => (peak = Math.max(peak, await server.memoryBytes())), 250);
  const terminal = await sandbox.terminals.open({
    command: ['/bin/sh', '-c', 'stty raw -echo; echo READY; read go; cat /tmp/flood'],
  });
  const hash = createHash('sha256');
  const decoder = new TextDecoder();
  let received = 0;
  let greeting = '';
  let ms = 0;
  await new Promise<void>((resolve) => {
    let from = 0;
    const greeted = (bytes: Uint8Array) => {
      greeting += decoder.decode(bytes);
      if (!greeting.includes('READY')) return;
      from = performance.now();
      terminal.type('\n');
    };
    terminal.attach({
      // It may have said so before we looked: then the picture has it.
      onReset: (drawing) => void (from === 0 && greeted(drawing)),
      onOutput: (bytes) => {
        if (from === 0) return greeted(bytes);
        const useful = bytes.subarray(0, Math.max(0, size - received));
        hash.update(useful);
        received += useful.length;
        if (received < size) return;
        ms = performance.now() - from;
        resolve();
      },
    });
  });
  clearInterval(watch);
  const whole = hash.digest('hex') === wanted;
  yield { name: 'terminal-flood.lost', value: whole ? 0 : 1, unit: 'of 1 (sha256 differs)', aim: '0' };
  yield { name: 'terminal-flood.rate', value: round(size / 1e6 / (ms / 1000)), unit: 'MB/s' };
  yield { name: 'terminal-flood.memory-growth', value: round((peak - before) / 1_048_576), unit: 'MB', aim: '≤ 64 MB' };
}
