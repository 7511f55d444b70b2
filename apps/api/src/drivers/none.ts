import { AppError } from '@sandglass/protocol';
import type { Driver } from '../sandboxes/driver.ts';
import { createFakeDriver } from './fake/driver.ts';

/** For a server that only replays a file: there are no sandboxes, and none can be made. */
export function createNoDriver(): Driver {
  const empty = createFakeDriver();
  return {
    ...empty,
    name: 'none',
    probe: async () => ({
      ...(await empty.probe()),
      driver: 'none',
      level: 'none',
      levelReason: 'This server was started to replay a file.',
      images: [],
    }),
    create: async () => {
      throw new AppError(
        'notSupported',
        'This server was started to replay a file and makes no sandboxes. Start one with: npm start',
      );
    },
  };
}
