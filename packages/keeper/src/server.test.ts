import { expect, it } from 'vitest';
import { serverEnvironment } from './server.ts';

it('shows the server nothing of the caller but what it is meant to see', () => {
  const environment = {
    PATH: '/bin',
    HOME: '/root',
    AWS_SECRET_ACCESS_KEY: 'x',
    SANDGLASS_PORT: '1',
    SUDO_UID: '7',
    LANG: 'C',
  };
  expect(serverEnvironment(environment, '/data', process.getuid!() + 1)).toEqual({
    PATH: '/bin',
    LANG: 'C',
    SANDGLASS_PORT: '1',
    SANDGLASS_DATA_DIR: '/data',
    HOME: '/data/server',
  });
});
