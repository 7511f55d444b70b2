/** The computer-use door has one address, which is a route of the protocol: this says where it is. */
import type { DoorFacts } from '../door.ts';

export const createComputerDoor = (): DoorFacts => ({
  name: 'computer',
  mount: async () => {},
  describe: ({ url, token }) => ({ urlTemplate: `${url}/v1/sandboxes/{sandbox}/computer`, token }),
});
