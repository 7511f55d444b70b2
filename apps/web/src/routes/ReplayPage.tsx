import type { BundleSource } from '@sandglass/replay/bundle';
import { Button, EmptyState, Skeleton, Tabs } from '@sandglass/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { Activity, FileDown, MessageSquare, MessagesSquare } from 'lucide-react';
import { lazy, useEffect, useMemo, useState } from 'react';
import { bundleServer } from '../features/bundle/bundleServer.ts';
import { DropRecording } from '../features/bundle/DropRecording.tsx';
import { OpenFailed } from '../features/bundle/OpenFailed.tsx';
import type { OpenedFile } from '../features/bundle/openedFile.ts';
import { RecordingFacts } from '../features/bundle/RecordingFacts.tsx';
import { sandboxOf } from '../features/bundle/sandboxOf.ts';
import { findServedFile } from '../features/bundle/servedFile.ts';
import { Frame } from '../features/frame/Frame.tsx';
import { NotePins } from '../features/notes/NotePins.tsx';
import { PastStrip } from '../features/replay/PastStrip.tsx';
import { PlayControls } from '../features/replay/PlayControls.tsx';
import { RecordedTerminals } from '../features/replay/RecordedTerminals.tsx';
import { nothingToOpen, StillPane } from '../features/replay/StillPane.tsx';
import { RecordedRuns } from '../features/runs/RecordedRuns.tsx';
import { PastChanges, PastFiles } from '../features/workbench/PastFiles.tsx';
import { ServerContext, useClient } from '../platform/client.tsx';
import { useEvents } from '../platform/events.ts';
import { LazyPart } from '../platform/LazyPart.tsx';
import { PaneActionsContext } from '../platform/pane.ts';
import { PlayheadContext } from '../platform/playhead.ts';
import { PlayheadModel } from '../platform/playheadModel.ts';
import { pointedAt } from '../platform/pointedAt.ts';
import { createQueryClient } from '../platform/queries.ts';
import { ScreenOverlayContext } from '../platform/screenOverlay.ts';
import { shownName } from '../platform/shownName.ts';
import { useStore } from '../platform/store.ts';
import { useTitle } from '../platform/titles.ts';
import { useActions } from '../platform/useAction.ts';
import { openedFile, useOpenRecording } from './openRecording.ts';
import './replayPage.css';

const NotesPane = lazy(() => import('../features/notes/NotesPane.tsx'));
const ConversationPane = lazy(() => import('../features/conversation/ConversationPane.tsx'));
const ActivityPane = lazy(() => import('../features/activity/ActivityPane.tsx'));
const MachinePane = lazy(() => import('../features/machine/MachinePane.tsx'));
const ScreenPane = lazy(() => import('../features/screen/ScreenPane.tsx'));
const TerminalPane = lazy(() => import('../features/terminals/TerminalPane.tsx'));
const Timeline = lazy(() => import('../features/timeline/Timeline.tsx'));

/** A recording in a file: the console's panes over it. */
export function ReplayPage() {
  const [model, setModel] = useState<OpenedFile | null>(null);
  useEffect(() => {
    void openedFile().then(setModel);
  }, []);
  return model === null ? (
    <Frame bar={<h1 className="frame-title">Recording</h1>}>{null}</Frame>
  ) : (
    <Opened model={model} />
  );
}

function Opened({ model }: { model: OpenedFile }) {
  const state = useStore(model);
  const { choose, open } = useOpenRecording();
  const client = useClient();
  // Started with a file, the server gives it to whoever opened nothing else.
  useEffect(() => {
    if (model.state.phase !== 'none') return;
    findServedFile(client).then(
      (found) => {
        if (found !== undefined && model.state.phase === 'none') void model.open(found.name, found.bytes);
      },
      // Without it the page still takes files.
      () => undefined,
    );
  }, [client, model]);
  const name = state.phase === 'open' ? state.source.sandbox.name : state.phase === 'none' ? '' : state.name;
  useTitle(name === '' ? 'Recording · Sandglass' : `${shownName(name)} · recording · Sandglass`, 'plain');
  const drop = <DropRecording onFile={open} />;
  if (state.phase === 'open')
    return (
      <>
        {drop}
        <Shown key={state.opening} name={state.name} source={state.source} onChoose={choose} />
      </>
    );
  return (
    <Frame bar={<h1 className="frame-title">{state.phase === 'none' ? 'Recording' : shownName(state.name)}</h1>}>
      {drop}
      {state.phase === 'failed' ? (
        <OpenFailed name={state.name} error={state.error} onChoose={choose} />
      ) : state.phase === 'opening' ? (
        <div className="replay-opening" role="status" aria-label={`Opening ${shownName(state.name)}`}>
          <Skeleton width="60%" height="60%" />
        </div>
      ) : (
        <EmptyState
          icon={<FileDown size={18} />}
          title="Open a recording"
          action={
            <Button tone="primary" onClick={choose}>
              Open a recording…
            </Button>
          }
        >
          Drop a .sandglass file anywhere on this page. “Download recording” in a sandbox’s console makes one. It is
          read here, in your browser, and sent nowhere.
        </EmptyState>
      )}
    </Frame>
  );
}

function Shown({ name, source, onChoose }: { name: string; source: BundleSource; onChoose: () => void }) {
  const server = useMemo(() => bundleServer(source), [source]);
  const queries = useMemo(() => createQueryClient(() => undefined), []);
  const sandbox = useMemo(() => sandboxOf(source.manifest), [source]);
  const playhead = useMemo(() => playheadOf(source), [source]);
  useEffect(() => () => playhead.dispose(), [playhead]);
  useEffect(() => () => pointedAt.point({}), []);
  const { range } = source.manifest;
  return (
    <PlayheadContext value={playhead}>
      <Frame
        full
        bar={
          <>
            <RecordingFacts name={name} manifest={source.manifest} sizeBytes={source.sizeBytes} />
            <Button onClick={onChoose}>Open another…</Button>
          </>
        }
      >
        <PastStrip sandbox={sandbox} />
        {/* From here on everything is answered by the file. */}
        <ServerContext value={server}>
          <QueryClientProvider client={queries}>
            <PaneActionsContext value={nothingToOpen}>
              <div className="replay" data-screen={sandbox.capabilities.screen === 'none' ? undefined : ''}>
                {sandbox.capabilities.screen === 'none' ? null : (
                  <section className="replay-screen" aria-label="Screen">
                    <StillPane id="replay-screen">
                      <ScreenOverlayContext value={<NotePins sandbox={sandbox.id} />}>
                        <ScreenPane sandbox={sandbox.id} params={{}} />
                      </ScreenOverlayContext>
                    </StillPane>
                  </section>
                )}
                <section className="replay-terminals" aria-label="Terminals and files">
                  <Terminals source={source} />
                </section>
                <section className="replay-activity" aria-label="Activity">
                  <Told source={source} />
                </section>
              </div>
            </PaneActionsContext>
            <LazyPart waiting={<div className="replay-timeline" />}>
              <Timeline
                sandbox={sandbox}
                range={range ?? undefined}
                selects={false}
                onOpen={(event) => pointedAt.point({ event })}
                controls={<PlayControls />}
                pins={source.notes}
              />
            </LazyPart>
          </QueryClientProvider>
        </ServerContext>
      </Frame>
    </PlayheadContext>
  );
}

/** What happened, what was said to models, and, where somebody reviewed it, what was said of it. */
function Told({ source }: { source: BundleSource }) {
  const { runs, notes, sandbox } = source;
  const [told, setTold] = useState<'activity' | 'conversation' | 'review'>('activity');
  const talked = useTalked(source);
  const reviewed = runs.length + notes.length;
  // As in the workbench: one leads to the other by these.
  useActions([
    { id: 'panes.show:activity', title: 'Show Activity', group: 'Panes', run: () => setTold('activity') },
    {
      ...{ id: 'panes.show:conversation', title: 'Show Conversation', group: 'Panes', when: talked },
      run: () => setTold('conversation'),
    },
  ]);
  const activity = (
    <StillPane id="replay-activity">
      <ActivityPane sandbox={sandbox.id} params={{}} />
    </StillPane>
  );
  if (reviewed === 0 && !talked) return activity;
  return (
    <Tabs
      label="What happened"
      value={told}
      onChange={setTold}
      tabs={[
        { value: 'activity', label: 'Activity', icon: <Activity size={13} />, panel: activity },
        ...(talked
          ? [
              {
                ...{ value: 'conversation' as const, label: 'Conversation', icon: <MessagesSquare size={13} /> },
                panel: (
                  <StillPane id="replay-conversation">
                    <ConversationPane sandbox={sandbox.id} params={{}} />
                  </StillPane>
                ),
              },
            ]
          : []),
        ...(reviewed > 0
          ? [
              {
                ...{ value: 'review' as const, label: 'Runs and notes', icon: <MessageSquare size={13} /> },
                count: reviewed,
                panel: (
                  <StillPane id="replay-review">
                    <RecordedRuns runs={runs} />
                    <NotesPane sandbox={sandbox.id} params={{}} />
                  </StillPane>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

/** Whether anything was said to a model, as far as the file's newest events tell. */
function useTalked({ conversations, sandbox }: BundleSource): boolean {
  const { events } = useEvents(sandbox.id);
  return useMemo(
    () => conversations.length > 0 || events.some(({ kind }) => kind === 'conversation.asked'),
    [conversations, events],
  );
}

function Terminals({ source }: { source: BundleSource }) {
  const { terminals, sandbox } = source;
  return (
    <RecordedTerminals
      terminals={terminals}
      pane={({ id }) => <TerminalPane sandbox={sandbox.id} params={{ terminal: id }} />}
      others={{
        files: <PastFiles sandbox={sandbox.id} />,
        changes: <PastChanges sandbox={sandbox.id} />,
        machine: <MachinePane sandbox={sandbox.id} params={{}} />,
      }}
    />
  );
}

function playheadOf(source: BundleSource): PlayheadModel {
  const { nowUs } = source.manifest.recording;
  return new PlayheadModel({
    source,
    end: () => ({ nowUs, growing: false }),
    nextFrame: (callback) => {
      const frame = requestAnimationFrame(callback);
      return () => cancelAnimationFrame(frame);
    },
  });
}
