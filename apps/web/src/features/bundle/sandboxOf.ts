import { type BundleManifest, openGate, type Sandbox, wallMsAt } from '@sandglass/protocol';

/** The sandbox of a recording, as something that has ended: a file does not go on. */
export function sandboxOf({ sandbox, recording }: BundleManifest): Sandbox {
  return {
    ...sandbox,
    ...{ phase: 'dead', asked: null, limits: { cpus: 1, memoryMb: 64, diskMb: 64, pids: 16 } },
    ...{ egress: { allow: [] }, environment: {}, parent: recording.parent, expiresAtMs: null, idle: null },
    ...{ secretNames: [], capture: { phase: 'on' }, keep: {} },
    endedAtMs: Math.round(wallMsAt({ ...sandbox, parent: recording.parent }, recording.nowUs)),
    gate: openGate,
    lastSeq: recording.lastSeq,
  };
}
