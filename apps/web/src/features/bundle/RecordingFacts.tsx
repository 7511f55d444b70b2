import type { BundleManifest } from '@sandglass/protocol';
import { formatElapsed } from '@sandglass/replay';
import { formatBytes } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';

/** What is open: whose recording, of when, how much of it. */
export function RecordingFacts({
  name,
  manifest,
  sizeBytes,
}: {
  name: string;
  manifest: BundleManifest;
  sizeBytes: number;
}) {
  const { sandbox, range, recording } = manifest;
  const length =
    range === null
      ? formatElapsed(recording.nowUs)
      : `${formatElapsed(range.fromUs)} – ${formatElapsed(range.toUs)} of the recording`;
  return (
    <div className="bundle-facts">
      <h1 title={shownName(name)}>{shownName(sandbox.name)}</h1>
      <p>
        <time dateTime={new Date(sandbox.createdAtMs).toISOString()}>
          {new Date(sandbox.createdAtMs).toLocaleString()}
        </time>
        {` · ${length} · ${sandbox.image} · ${formatBytes(sizeBytes)}`}
      </p>
    </div>
  );
}
