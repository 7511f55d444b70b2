import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { EmptyState, Skeleton } from '@sandglass/ui';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Frame } from '../features/frame/Frame.tsx';
import { CreateProgress } from '../features/sandboxes/CreateProgress.tsx';
import { Ended } from '../features/workbench/Ended.tsx';
import { TopBar } from '../features/workbench/TopBar.tsx';
import { type Dock, Workbench } from '../features/workbench/Workbench.tsx';
import { useClient } from '../platform/client.tsx';
import { Failed } from '../platform/Failed.tsx';
import { useSandboxes } from '../platform/sandboxes.ts';
import { isEnded } from '../platform/status.ts';
import './sandboxPage.css';

const Timeline = lazy(() => import('../features/timeline/Timeline.tsx'));

/** From the address: a stretch of the timeline, microseconds of the sandbox's clock. */
const rangeOf = ({ from, to }: { from?: number | undefined; to?: number | undefined }) =>
  from !== undefined && to !== undefined && to > from ? { fromUs: from, toUs: to } : undefined;

/** The console of one sandbox. */
export function SandboxPage() {
  const { sandbox: id } = useParams({ from: '/s/$sandbox' });
  const found = useFound(id);
  const name = found.sandbox?.name;
  useEffect(() => {
    document.title = name === undefined ? 'Sandglass' : `${name} · Sandglass`;
  }, [name]);
  if (found.sandbox !== undefined) return <Console key={id} sandbox={found.sandbox} />;
  if (found.phase === 'loading') return <Loading />;
  if (found.phase === 'error')
    return (
      <Frame bar={<h1 className="frame-title">{id}</h1>}>
        <Failed error={found.error} onRetry={found.retry} />
      </Frame>
    );
  return (
    <Frame bar={<h1 className="frame-title">{id}</h1>}>
      <EmptyState title="There is no such sandbox here" action={<Link to="/">All sandboxes</Link>}>
        Its id is mistyped, it is one of another server, or your token does not reach it.
      </EmptyState>
    </Frame>
  );
}

type Found =
  | { readonly phase: 'loading' | 'missing' | 'found'; readonly sandbox?: Sandbox | undefined }
  | { readonly phase: 'error'; readonly sandbox?: undefined; readonly error: unknown; readonly retry: () => void };

/** From the list that the stream keeps true; one that the list leaves out is asked for by its id. */
function useFound(id: SandboxId): Found {
  const client = useClient();
  const all = useSandboxes();
  const listed = all.data?.find((each) => each.id === id);
  const single = useQuery({
    queryKey: ['sandbox', id],
    queryFn: ({ signal }) => client.request('sandbox', { params: { sandbox: id }, signal }),
    enabled: all.isSuccess && listed === undefined,
    retry: false,
  });
  if (listed !== undefined) return { phase: 'found', sandbox: listed };
  if (single.data !== undefined) return { phase: 'found', sandbox: single.data };
  if (all.isError) return { phase: 'error', error: all.error, retry: () => void all.refetch() };
  if (single.isError) return { phase: 'missing' };
  return { phase: 'loading' };
}

function Console({ sandbox }: { sandbox: Sandbox }) {
  const first = useSearch({ from: '/s/$sandbox' });
  const navigate = useNavigate({ from: '/s/$sandbox' });
  const [dock, setDock] = useState<Dock | null>(null);
  const showEvent = (event: number) => {
    void navigate({ search: (before) => ({ ...before, event }), replace: true });
    dock?.show('activity');
  };
  return (
    <Frame full bar={<TopBar sandbox={sandbox} dock={dock} />}>
      {isEnded(sandbox) ? (
        <Ended sandbox={sandbox} />
      ) : sandbox.phase === 'creating' ? (
        <div className="console-creating">
          <CreateProgress startedAtMs={sandbox.createdAtMs} name={sandbox.name} />
        </div>
      ) : (
        <Workbench
          sandbox={sandbox}
          first={{ pane: first.pane, file: first.file, line: first.line }}
          onDock={setDock}
        />
      )}
      {sandbox.phase === 'creating' ? null : (
        <Suspense fallback={<div className="console-timeline" />}>
          <Timeline sandbox={sandbox} range={rangeOf(first)} onOpen={showEvent} />
        </Suspense>
      )}
    </Frame>
  );
}

function Loading() {
  return (
    <Frame bar={<Skeleton width={180} />}>
      <div className="console-creating" aria-busy="true">
        <span role="status" className="console-loading">
          Loading the sandbox
        </span>
        <Skeleton width="60%" height="60%" />
      </div>
    </Frame>
  );
}
