import type { System } from '@sandglass/protocol';
import { CopyButton, RelativeTime, Skeleton, Table } from '@sandglass/ui';
import { CircleCheck, CircleMinus } from 'lucide-react';
import { Failed } from '../../platform/Failed.tsx';
import { formatBytes } from '../../platform/format.ts';
import { useSystem } from '../../platform/sandboxes.ts';
import { serverClock } from '../../platform/serverClock.ts';
import { useStore } from '../../platform/store.ts';
import { capabilityRows } from './capabilities.ts';
import { Part } from './Part.tsx';

/** What this server is and can do, and how it could do more. */
export function ServerPart() {
  const system = useSystem();
  return (
    <Part id="server" title="This server">
      {system.data !== undefined ? (
        <ServerFacts system={system.data} />
      ) : system.isError ? (
        <Failed error={system.error} onRetry={() => void system.refetch()} />
      ) : (
        <div aria-busy="true">
          <Skeleton width="60%" />
        </div>
      )}
    </Part>
  );
}

const MEGABYTE = 1_048_576;

function ServerFacts({ system }: { system: System }) {
  const aheadMs = useStore(serverClock);
  const { host, privilege } = system;
  return (
    <>
      <dl className="settings-facts">
        <div>
          <dt>Version</dt>
          <dd>
            <code>{system.version}</code> <CopyButton text={system.version} label="Copy the version" />
          </dd>
        </div>
        <div>
          <dt>Driver</dt>
          <dd>
            {system.driver} · level <b>{system.level}</b>
            {system.levelReason === '' ? null : <span className="settings-about">{system.levelReason}</span>}
          </dd>
        </div>
        <div>
          <dt>Host</dt>
          <dd>
            {host.cpus} cores · {formatBytes(host.memoryMb * MEGABYTE)} memory ·{' '}
            {formatBytes(host.diskFreeMb * MEGABYTE)} free for sandboxes
          </dd>
        </div>
        <div>
          <dt>Privilege</dt>
          <dd>
            {privilege.separated ? 'separated' : 'not separated'}
            <span className="settings-about">{privilege.detail}</span>
          </dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>
            <RelativeTime atMs={system.startedAtMs} /> ago
            {aheadMs === 0 ? null : (
              <span className="settings-about">
                {`This browser’s clock is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'behind' : 'ahead'}; ages are counted by the server’s.`}
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>Images</dt>
          <dd>
            {system.images
              .map(
                ({ name, ready, sizeBytes }) =>
                  `${name}${sizeBytes === null ? '' : ` ${formatBytes(sizeBytes)}`}${ready ? '' : ' (not built)'}`,
              )
              .join(' · ')}
          </dd>
        </div>
      </dl>
      <div className="settings-table">
        <Table
          label="What its driver can do"
          columns={[
            { key: 'has', head: 'Has', width: '52px', cell: ({ has }) => <Has has={has} /> },
            { key: 'name', head: 'Capability', width: '190px', cell: ({ name }) => name },
            { key: 'words', head: 'Here', cell: ({ words }) => words },
          ]}
          rows={capabilityRows(system.capabilities)}
          rowKey={({ name }) => name}
        />
      </div>
      <h3>What was tried at its start</h3>
      <ul className="settings-probes">
        {system.probes.map((probe) => (
          <li key={probe.name}>
            <Has has={probe.ok} />
            <div>
              <b>{probe.name}</b> <span className="settings-about">{probe.detail}</span>
              {probe.fix === undefined ? null : (
                <p className="settings-fix">
                  <code>{probe.fix}</code> <CopyButton text={probe.fix} label={`Copy the fix for ${probe.name}`} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Has({ has }: { has: boolean }) {
  return has ? (
    <CircleCheck size={14} className="settings-yes" role="img" aria-label="yes" />
  ) : (
    <CircleMinus size={14} className="settings-no" role="img" aria-label="no" />
  );
}
