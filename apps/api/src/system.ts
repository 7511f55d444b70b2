import type { System } from '@sandglass/protocol';
import type { SandboxRoom } from './sandboxes/room.ts';
import type { SystemService } from './services.ts';

export type ServerPhase = 'starting' | 'ok' | 'stopping';

export function createSystemService(options: {
  room: SandboxRoom;
  version: string;
  startedAtMs: number;
  phase: () => ServerPhase;
  recordings: () => NonNullable<System['recordings']>;
}): SystemService {
  return {
    phase: options.phase,
    system: async () => {
      const { driver, level, levelReason, probes, capabilities, images, host, privilege } = await options.room.report();
      return {
        version: options.version,
        driver,
        level,
        levelReason,
        capabilities,
        probes: [...probes],
        images: [...images],
        host,
        privilege,
        recordings: options.recordings(),
        startedAtMs: options.startedAtMs,
      };
    },
  };
}
