import type { Sandbox } from '@sandglass/protocol';
import { EmptyState } from '@sandglass/ui';
import { MonitorOff } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { useMayTouch } from '../../platform/gate.ts';
import { useOnePane } from '../../platform/narrow.ts';
import type { PaneProps } from '../../platform/pane.ts';
import { useIsPast, usePlayhead } from '../../platform/playhead.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { statusOf } from '../../platform/status.ts';
import { useStore } from '../../platform/store.ts';
import { BrowserBar } from './BrowserBar.tsx';
import { KeyStrip } from './KeyStrip.tsx';
import { recordedScreen } from './recordedScreen.ts';
import { ScreenBar } from './ScreenBar.tsx';
import { ScreenCurtain } from './ScreenCurtain.tsx';
import { ScreenNotice } from './ScreenNotice.tsx';
import { ScreenStage } from './ScreenStage.tsx';
import { ScreenFailed, ScreenGone, ScreenLoading } from './ScreenStates.tsx';
import { ScreenModel } from './screenModel.ts';
import { ScreenViewModel } from './screenView.ts';
import { useCapture } from './useCapture.ts';
import { useFullScreen } from './useFullScreen.ts';
import { useScreenCommands } from './useScreenCommands.ts';
import './screen.css';

/** The live desktop of a sandbox: its picture, and the person's mouse, keyboard and clipboard. */
export default function ScreenPane({ sandbox }: PaneProps) {
  const resource = useSandbox(sandbox);
  if (resource === undefined) {
    return (
      <div className="screen-pane">
        <ScreenLoading />
      </div>
    );
  }
  if (resource.capabilities.screen === 'none') return <NoScreen image={resource.image} />;
  return <Live key={sandbox} resource={resource} />;
}

function NoScreen({ image }: { image: Sandbox['image'] }) {
  return (
    <EmptyState icon={<MonitorOff />} title="This sandbox has no screen">
      {image === 'base' || image === 'code-interpreter'
        ? `The image “${image}” is files, shells and tools only. Create one from “desktop” to see a screen here.`
        : 'This driver shows no picture of it. Files and terminals work as everywhere.'}
    </EmptyState>
  );
}

function Live({ resource }: { resource: Sandbox }) {
  const client = useClient();
  const [attempt, setAttempt] = useState(0);
  const playhead = usePlayhead();
  const past = useIsPast();
  const latest = useRef(resource);
  latest.current = resource;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the reason for another model
  const model = useMemo(
    () => new ScreenModel(past ? recordedScreen(playhead) : client.handle(latest.current).screen),
    [client, attempt, playhead, past],
  );
  const state = useStore(model);
  if (state.phase === 'failed')
    return <ScreenFailed error={state.error} id={resource.id} onRetry={() => setAttempt(attempt + 1)} />;
  if (state.phase === 'ended' && state.size === null) return <ScreenGone />;
  return <Desktop resource={resource} model={model} past={past} />;
}

function Desktop({ resource, model, past }: { resource: Sandbox; model: ScreenModel; past: boolean }) {
  const state = useStore(model);
  const [view] = useState(() => new ScreenViewModel());
  const { panning } = useStore(view);
  const pane = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const fullScreen = useFullScreen(pane);
  const frozen = resource.phase === 'frozen' && !past;
  const touch = useMayTouch(resource.id);
  const active = state.mayInput && !frozen && touch.may;
  const capture = useCapture({ model, canvas, active, panning, onLeave: fullScreen.leave });
  const commands = useScreenCommands({ resource, model, active, stage, canvas, capture, fullScreen });
  const narrow = useOnePane();
  const status = statusOf(resource);
  return (
    <div ref={pane} className="screen-pane">
      <ScreenBar model={model} view={view} commands={commands} captured={capture.captured} full={fullScreen.full} />
      {resource.capabilities.screen === 'cdp' ? <BrowserBar sandbox={resource} active={active} /> : null}
      <ScreenStage
        model={model}
        view={view}
        capture={capture}
        canvas={canvas}
        stage={stage}
        active={active}
        frozen={frozen}
        tone={state.phase === 'lost' || state.phase === 'away' ? 'warn' : status.tone}
        moving={status.moving}
      />
      <ScreenCurtain sandbox={resource} past={past} />
      {capture.captured && narrow ? <KeyStrip onKey={capture.stroke} /> : null}
      {past ? null : <ScreenNotice sandbox={resource.id} state={state} frozen={frozen} />}
    </div>
  );
}
