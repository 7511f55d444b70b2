import type { Sandbox } from '@sandglass/protocol';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { isEnded } from '../../platform/status.ts';
import type { Summary } from '../../platform/summary.ts';

/** Often enough to see that it moves; rare enough for fifty on one wall. */
const RENEW_MS = 4_000;

/** The sandbox's screen as it was a moment ago; without a screen, its last calls as a terminal would show them. */
export function Still({ sandbox, active, lines }: { sandbox: Sandbox; active: boolean; lines: readonly Summary[] }) {
  const hasScreen = sandbox.capabilities.screen !== 'none' && sandbox.screen !== null;
  if (hasScreen && !isEnded(sandbox)) return <Picture sandbox={sandbox} active={active} />;
  if (lines.length === 0) return null;
  return (
    <div className="card-lines" aria-hidden="true">
      {lines.map((line) => (
        <span key={line.seq}>
          <b>{line.verb === 'exec' ? '$' : '·'}</b> {line.verb === 'exec' ? '' : `${line.verb} `}
          {line.detail}
        </span>
      ))}
    </div>
  );
}

function Picture({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  const client = useClient();
  const moves = sandbox.phase === 'running';
  const { data } = useQuery({
    queryKey: ['still', sandbox.id],
    queryFn: ({ signal }) => client.request('screenshot', { params: { sandbox: sandbox.id }, signal }),
    enabled: active && sandbox.phase !== 'creating',
    refetchInterval: moves ? RENEW_MS : false,
    retry: false,
    gcTime: 60_000,
  });
  const url = useObjectUrl(data);
  return url === undefined ? null : (
    <img className="card-still" src={url} alt={`Screen of ${sandbox.name}`} draggable={false} />
  );
}

/** The bytes as a URL of this page, released when they are replaced. */
function useObjectUrl(bytes: Uint8Array | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (bytes === undefined) return;
    const next = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
    setUrl(next);
    return () => URL.revokeObjectURL(next);
  }, [bytes]);
  return url;
}
