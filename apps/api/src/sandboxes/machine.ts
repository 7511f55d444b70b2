import type { Duplex } from 'node:stream';
import type { SandboxId } from '@sandglass/protocol';
import { DEBUGGER_PORT } from '../devtools/debuggerSocket.ts';
import type { Gates } from '../gate/gates.ts';
import type { MachineService } from '../services.ts';
import { PROXY_PORT } from './birth.ts';
import type { SandboxRoom } from './room.ts';

/** Ports that are the server's own (proxy, guest, screen, kernels): no business of who works in the sandbox. */
const OWN_PORTS = new Set([PROXY_PORT, 48_099, 5901, 49_999]);

/** `onBrowser`: something listens where a browser would, and somebody speaks to it; null: who never holds a tab. */
export function createMachineService(
  room: SandboxRoom,
  gates: Gates,
  onBrowser: (sandbox: SandboxId, stream: Duplex | null) => void,
): MachineService {
  return {
    processes: async (sandbox) => await room.entry(sandbox).awake('list processes').processes(),
    windows: (sandbox, untilUs) => {
      const last = room.entry(sandbox).recording.lastOf(['windows.changed'], untilUs);
      return last?.kind === 'windows.changed'
        ? { windows: last.data.windows, active: last.data.active }
        : { windows: [], active: null };
    },
    signal: async (caller, sandbox, pid, signal) => {
      const entry = room.entry(sandbox);
      entry.lastActiveAtMs = room.clock.now();
      await gates.pass(
        entry,
        caller,
        {
          name: 'signal',
          summary: `${signal} to process ${pid}`,
          arguments: { pid, signal },
          ready: () => void entry.awake('signal'),
        },
        { work: () => entry.awake('signal').signalProcess(pid, signal), outcome: () => ({ summary: 'sent' }) },
      );
    },
    ports: async (sandbox) => {
      const ports = await room.entry(sandbox).awake('list ports').ports();
      // One that listens on several addresses is one port.
      const byNumber = new Map(ports.toReversed().map((port) => [port.port, port]));
      return [...byNumber.values()].filter(({ port }) => !OWN_PORTS.has(port)).sort((a, b) => a.port - b.port);
    },
    connectPort: async (sandbox, port, { holdsTabs } = { holdsTabs: true }) => {
      const entry = room.entry(sandbox);
      entry.lastActiveAtMs = room.clock.now();
      const stream = await entry.awake('open a port').connectPort(port);
      if (port === DEBUGGER_PORT) onBrowser(sandbox, holdsTabs ? stream : null);
      return stream;
    },
  };
}
