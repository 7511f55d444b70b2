import { describe } from 'vitest';
import { describeDriver } from '../conformance.ts';
import { hasImages, KeeperWorld } from './keeperWorld.ts';

describe.skipIf(!hasImages)('local', () => {
  describeDriver({
    name: 'local',
    realShell: true,
    open: async () => {
      const world = await KeeperWorld.open();
      return {
        driver: await world.openDriver(),
        reopen: () => world.openDriver(),
        close: () => world[Symbol.asyncDispose](),
      };
    },
  });
});
