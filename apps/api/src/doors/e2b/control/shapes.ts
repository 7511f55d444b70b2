/** Our sandboxes and checkpoints as the vendor's API shows them. */
import type { Sandbox, Stats } from '@sandglass/protocol';
import type { Principal } from '../../../identity/identity.ts';
import { type Facts, type SandboxFacts, vendorId } from '../facts.ts';
import { type Snapshot, snapshotNames } from '../templates.ts';

/** Clients ask for features by it; what it promises is served. */
export const ENVD_VERSION = '0.6.13';
const CLIENT_ID = 'sandglass';
/** The vendor has an end for every sandbox. */
const NO_END_MS = 24 * 3_600_000;

export function sandboxShape(
  sandbox: Sandbox,
  { facts, principal, domain }: { facts: SandboxFacts; principal: Principal; domain: string | null },
) {
  const known = facts.of(sandbox);
  return {
    sandboxID: vendorId(sandbox.id),
    templateID: known.template,
    clientID: CLIENT_ID,
    alias: known.template,
    envdVersion: ENVD_VERSION,
    envdAccessToken: facts.accessToken(sandbox.id, principal.token.id),
    trafficAccessToken: known.network.allowPublicTraffic === false ? facts.trafficToken(sandbox.id) : null,
    domain,
  };
}

/** By its agent, or because its time was over. */
export const isPaused = ({ phase, whenExpired, expiresAtMs }: Sandbox, facts: Facts): boolean =>
  (phase === 'frozen' || phase === 'freezing') && (facts.paused || (whenExpired === 'freeze' && expiresAtMs === null));

export function listedShape(sandbox: Sandbox, facts: Facts, nowMs: number) {
  return {
    sandboxID: vendorId(sandbox.id),
    templateID: facts.template,
    clientID: CLIENT_ID,
    alias: facts.template,
    startedAt: new Date(sandbox.createdAtMs).toISOString(),
    endAt: new Date(sandbox.expiresAtMs ?? nowMs + NO_END_MS).toISOString(),
    state: isPaused(sandbox, facts) ? 'paused' : 'running',
    cpuCount: Math.max(1, Math.round(sandbox.limits.cpus)),
    memoryMB: sandbox.limits.memoryMb,
    diskSizeMB: sandbox.limits.diskMb,
    envdVersion: ENVD_VERSION,
    // Of one that was made in the console, its labels.
    metadata: facts.token === '' ? sandbox.labels : facts.metadata,
    volumeMounts: [],
  };
}

export const snapshotShape = ({ checkpoint }: Snapshot) => ({
  snapshotID: checkpoint.id,
  names: snapshotNames(checkpoint),
});

/** Each sample with the processor time since the one before it. */
export function metricShapes(samples: readonly Stats[]) {
  return samples.map((sample, index) => {
    const before = samples[index - 1];
    const spentUsec = before ? sample.cpuUsec - before.cpuUsec : 0;
    const elapsedUsec = before ? (sample.atMs - before.atMs) * 1_000 : 0;
    const share = elapsedUsec > 0 ? Math.max(0, spentUsec) / elapsedUsec / Math.max(sample.cpus, 0.01) : 0;
    return {
      timestamp: new Date(sample.atMs).toISOString(),
      timestampUnix: Math.floor(sample.atMs / 1_000),
      cpuCount: Math.max(1, Math.round(sample.cpus)),
      cpuUsedPct: Math.round(share * 10_000) / 100,
      memUsed: sample.memoryBytes,
      memTotal: sample.memoryLimitBytes ?? 0,
      memCache: 0,
      diskUsed: sample.diskBytes,
      diskTotal: sample.diskLimitBytes ?? 0,
    };
  });
}
