import type { PortInfo, Sandbox } from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { FailedNote } from '../../platform/Failed.tsx';
import { useMayOperate } from '../../platform/useSession.ts';
import { Section } from './Section.tsx';

/** Ports something listens on; each opens on its own origin, away from this page's cookie. */
export function PortsSection({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  const client = useClient();
  const query = useQuery({
    queryKey: ['ports', sandbox.id],
    queryFn: async ({ signal }) => (await client.request('ports', { params: { sandbox: sandbox.id }, signal })).items,
    enabled: active,
    refetchInterval: active ? 2_500 : false,
    placeholderData: keepPreviousData,
  });
  const ports = onePerNumber(query.data ?? []);
  return (
    <Section
      title="Ports"
      note={
        query.data === undefined
          ? active
            ? ''
            : 'after the thaw'
          : ports.length === 0
            ? 'none open'
            : `${ports.length} open`
      }
    >
      {active && query.isError ? <FailedNote error={query.error} /> : null}
      <ul className="machine-list">
        {ports.map((port) => (
          <Port key={port.port} port={port} sandbox={sandbox} />
        ))}
      </ul>
    </Section>
  );
}

/** A program that listens on IPv4 and IPv6 is one port to a person. */
function onePerNumber(ports: readonly PortInfo[]): PortInfo[] {
  return [...new Map([...ports].reverse().map((port) => [port.port, port])).values()].sort((a, b) => a.port - b.port);
}

/** Ports of the machine itself, which no browser tab can show. */
const own: Readonly<Record<number, string>> = { 5901: 'screen (vnc)' };

function Port({ port, sandbox }: { port: PortInfo; sandbox: Sandbox }) {
  const client = useClient();
  const mayOperate = useMayOperate(sandbox);
  const preview = useMutation({
    mutationFn: async () => {
      // Opened at once, in the click: a window that opens after an answer is taken for a pop-up and blocked.
      const page = window.open('about:blank', '_blank');
      try {
        const { url } = await client.request('openPort', { params: { sandbox: sandbox.id, port: port.port } });
        if (page === null) throw new Error('The browser refused to open a window. Allow pop-ups for this page.');
        page.opener = null;
        page.location.href = url;
      } catch (error) {
        page?.close();
        throw error;
      }
    },
    onError: (error) => toast.fail(`Port ${port.port} was not opened`, describeFailure(error).detail),
  });
  return (
    <li title={`${port.address}:${port.port}${port.pid === null ? '' : ` · process ${port.pid}`}`}>
      <span className="machine-port">{port.port}</span>
      <span className="machine-name machine-soft">{own[port.port] ?? port.process ?? port.address}</span>
      {mayOperate && !(port.port in own) ? (
        <button
          type="button"
          className="machine-open"
          disabled={preview.isPending}
          onClick={() => preview.mutate()}
          aria-label={`Open port ${port.port}`}
        >
          {preview.isPending ? 'opening…' : 'open'} <ExternalLink size={11} />
        </button>
      ) : null}
    </li>
  );
}
