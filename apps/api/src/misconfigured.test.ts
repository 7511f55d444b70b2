import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { asSetting, listeningError, Misconfigured } from './misconfigured.ts';

it('keeps the words of a setting that cannot be read', () => {
  const read = () => {
    throw new Error('SANDGLASS_PORT: too large');
  };
  expect(() => asSetting(read)).toThrow(new Misconfigured('SANDGLASS_PORT: too large'));
  expect(asSetting(() => 7)).toBe(7);
});

it('says which port is taken, and what to do', async () => {
  const first = createServer().listen(0, '127.0.0.1');
  await once(first, 'listening');
  const { port } = first.address() as { port: number };
  const second = createServer().listen(port, '127.0.0.1');
  const [thrown] = await once(second, 'error');
  const error = listeningError(thrown, { host: '127.0.0.1', port, flag: '--port' }) as Error;
  expect(error).toBeInstanceOf(Misconfigured);
  expect(error.message).toContain(`Port ${port} of 127.0.0.1 is in use`);
  expect(error.message).toContain('--port');
  first.close();
});

it('leaves alone what is no mistake of a setting', () => {
  const error = new Error('the disk is gone');
  expect(listeningError(error, { host: '::1', port: 1, flag: '--port' })).toBe(error);
});
