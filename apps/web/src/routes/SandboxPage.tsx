import type { Note, RunId, Sandbox, SandboxId } from '@sandglass/protocol';
import { EmptyState, Skeleton } from '@sandglass/ui';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, useEffect, useMemo, useRef, useState } from 'react';
import { RuleAct } from '../features/breakpoints/RuleAct.tsx';
import { Frame } from '../features/frame/Frame.tsx';
import { NoteAction, NoteButton } from '../features/notes/NoteAct.tsx';
import { NotePins } from '../features/notes/NotePins.tsx';
import { CaptureStrip } from '../features/privacy/CaptureStrip.tsx';
import { PastStrip } from '../features/replay/PastStrip.tsx';
import { PlayControls } from '../features/replay/PlayControls.tsx';
import { lastRunsLook } from '../features/runs/lastLook.ts';
import { MarkRun } from '../features/runs/MarkRun.tsx';
import { RunBar } from '../features/runs/RunBar.tsx';
import { CreateProgress } from '../features/sandboxes/CreateProgress.tsx';
import { SearchBox } from '../features/search/SearchBox.tsx';
import { Ended } from '../features/workbench/Ended.tsx';
import { parseFile } from '../features/workbench/shown.ts';
import { TopBar } from '../features/workbench/TopBar.tsx';
import { type Bench, type First, Workbench } from '../features/workbench/Workbench.tsx';
import { useClient } from '../platform/client.tsx';
import { Failed } from '../platform/Failed.tsx';
import { useKeepControl } from '../platform/gate.ts';
import { absolutePath } from '../platform/home.ts';
import { LazyPart } from '../platform/LazyPart.tsx';
import { useNotes } from '../platform/notes.ts';
import { PlayheadContext, useMomentInAddress, useNewPlayhead } from '../platform/playhead.ts';
import { pointedAt } from '../platform/pointedAt.ts';
import { useRun } from '../platform/runs.ts';
import { useSandboxes } from '../platform/sandboxes.ts';
import { ScreenOverlayContext } from '../platform/screenOverlay.ts';
import { serverClock, serverNowMs } from '../platform/serverClock.ts';
import { isEnded } from '../platform/status.ts';
import { markOf, titleOf, useTitle } from '../platform/titles.ts';
import type { SandboxSearch } from './sandboxSearch.ts';
import './sandboxPage.css';

const Timeline = lazy(() => import('../features/timeline/Timeline.tsx'));

const none: readonly Note[] = [];

/** From the address: a stretch of the timeline, microseconds of the sandbox's clock. */
const rangeOf = ({ from, to }: { from?: number | undefined; to?: number | undefined }) =>
  from !== undefined && to !== undefined && to > from ? { fromUs: from, toUs: to } : undefined;

/** What an address asks to see first: `?file=path:line`, or the pane that holds the call or the checkpoint it names. */
function firstOf({ pane, file, line, terminal, event, call, checkpoint }: SandboxSearch): First {
  const holder =
    event !== undefined || call !== undefined ? 'activity' : checkpoint === undefined ? undefined : 'checkpoints';
  return {
    pane: pane ?? holder,
    ...(file === undefined ? {} : line === undefined ? parseFile(file) : { file: absolutePath(file), line }),
    terminal,
  };
}

/** The console of one sandbox. */
export function SandboxPage() {
  const { sandbox: id } = useParams({ from: '/s/$sandbox' });
  const found = useFound(id);
  useTitle(
    found.sandbox === undefined ? 'Sandglass' : titleOf(found.sandbox),
    found.sandbox === undefined ? 'plain' : markOf(found.sandbox),
  );
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

function Creating({ sandbox }: { sandbox: Sandbox }) {
  const all = useSandboxes().data;
  const creation = useMemo(
    () => ({
      // By the browser's clock, which counts the time shown.
      startedAtMs: sandbox.createdAtMs - serverClock.state,
      before: new Set(all?.map(({ id }) => id).filter((id) => id !== sandbox.id)),
    }),
    [all, sandbox.id, sandbox.createdAtMs],
  );
  return <CreateProgress creation={creation} name={sandbox.name} />;
}

function Console({ sandbox }: { sandbox: Sandbox }) {
  const first = useSearch({ from: '/s/$sandbox' });
  const navigate = useNavigate({ from: '/s/$sandbox' });
  const { event, call, checkpoint } = first;
  useEffect(() => {
    pointedAt.point({ event, call, checkpoint });
    return () => pointedAt.point({});
  }, [event, call, checkpoint]);
  useKeepControl(sandbox.id);
  const [bench, setBench] = useState<Bench | null>(null);
  const playhead = useNewPlayhead(sandbox, serverNowMs);
  useMomentInAddress(
    playhead,
    first.t,
    (t) => void navigate({ search: (before) => ({ ...before, t }), replace: true }),
  );
  const { run: reviewed } = first;
  const run = useRun(sandbox.id, reviewed).data;
  const runRange = useMemo(
    () => (run === undefined ? undefined : { id: run.id, fromUs: run.startedAtUs, toUs: run.endedAtUs }),
    [run],
  );
  // A run is looked at from its beginning, unless the address says from where.
  const begun = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (runRange === undefined || begun.current === runRange.id) return;
    begun.current = runRange.id;
    if (first.t === undefined) playhead.seek(runRange.fromUs);
    else playhead.seek(first.t);
  }, [runRange, playhead, first.t]);
  const notes = useNotes(sandbox.id).data ?? none;
  const showRun = (place: { sandbox: SandboxId; run: RunId }) =>
    void navigate({ to: '/s/$sandbox', params: { sandbox: place.sandbox }, search: { run: place.run } });
  const overlay = useMemo(() => <NotePins sandbox={sandbox.id} />, [sandbox.id]);
  const showEvent = (event: number) => {
    void navigate({ search: (before) => ({ ...before, event }), replace: true });
    bench?.show('activity');
  };
  return (
    <PlayheadContext value={playhead}>
      <Frame full bar={<TopBar sandbox={sandbox} bench={bench} />}>
        {reviewed === undefined ? null : (
          <RunBar
            key={reviewed}
            sandbox={sandbox.id}
            run={reviewed}
            onGo={showRun}
            onList={() => void navigate({ to: '/runs', search: { ...lastRunsLook(), run: reviewed } })}
          />
        )}
        <RuleAct sandbox={sandbox} onShow={() => bench?.show('breakpoints')} />
        <NoteAction sandbox={sandbox} run={reviewed} ready={bench !== null} onBegin={() => bench?.show('notes')} />
        <CaptureStrip sandbox={sandbox} />
        <PastStrip sandbox={sandbox} />
        {isEnded(sandbox) ? (
          <ScreenOverlayContext value={overlay}>
            <Ended sandbox={sandbox} first={firstOf(first)} onBench={setBench} />
          </ScreenOverlayContext>
        ) : sandbox.phase === 'creating' ? (
          <div className="console-creating">
            <Creating sandbox={sandbox} />
          </div>
        ) : (
          <ScreenOverlayContext value={overlay}>
            <Workbench
              sandbox={sandbox}
              first={firstOf(first)}
              purpose={reviewed === undefined ? 'debug' : 'review'}
              onBench={setBench}
            />
          </ScreenOverlayContext>
        )}
        {sandbox.phase === 'creating' ? null : (
          <LazyPart waiting={<div className="console-timeline" />}>
            <Timeline
              sandbox={sandbox}
              range={rangeOf(first)}
              onOpen={showEvent}
              controls={<PlayControls />}
              pins={notes}
              run={runRange}
              rangeActs={(range) => (
                <MarkRun
                  sandbox={sandbox.id}
                  range={range}
                  onMarked={(marked) => showRun({ sandbox: marked.sandbox, run: marked.id })}
                />
              )}
              search={
                <>
                  <SearchBox sandbox={sandbox.id} onShow={(found) => playhead.seek(found.atUs)} />
                  <NoteButton sandbox={sandbox} />
                </>
              }
            />
          </LazyPart>
        )}
      </Frame>
    </PlayheadContext>
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
