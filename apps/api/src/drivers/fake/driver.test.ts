import { describeDriver } from '../conformance.ts';
import { createFakeDriver, createFakeHost } from './driver.ts';

describeDriver({
  name: 'fake',
  realShell: false,
  open: async () => {
    const host = createFakeHost();
    return {
      driver: createFakeDriver(host),
      reopen: async () => createFakeDriver(host),
      close: async () => {
        for (const machine of host.machines.values()) machine.end();
      },
    };
  },
});
