import type { SandboxId } from '@sandglass/protocol';
import { Button, ErrorState, LayerHome, Skeleton } from '@sandglass/ui';
import type { IDockviewPanelProps } from 'dockview-react';
import { Clock } from 'lucide-react';
import {
  Component,
  createContext,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { isMissingPart } from '../../platform/missingPart.ts';
import { PartMissing } from '../../platform/PartMissing.tsx';
import { PaneContext, type PaneHandle } from '../../platform/pane.ts';
import { useIsPast } from '../../platform/playhead.ts';
import { PanelParams } from './layout.ts';
import { inTime, type PaneKind, panes } from './panes.tsx';
import { unsavedPanes } from './unsaved.ts';
import { usePopoutBody } from './usePopoutBody.ts';
import './paneHost.css';

/** Whose workbench it is. */
export const WorkbenchSandbox = createContext<SandboxId | null>(null);

/** Puts a pane into its dock panel. */
export function PaneHost({ api, params }: IDockviewPanelProps) {
  const visible = useVisible(api);
  const setTitle = useCallback((title: string) => api.setTitle(title), [api]);
  const close = useCallback(() => api.close(), [api]);
  const popout = usePopoutBody(api);
  return (
    <LayerHome value={popout}>
      <PaneContent id={api.id} params={params} visible={visible} setTitle={setTitle} close={close} />
    </LayerHome>
  );
}

export interface PaneContentProps extends Pick<PaneHandle, 'id' | 'visible' | 'setTitle' | 'close'> {
  readonly params: unknown;
}

/** One pane, wherever it stands. What it draws is loaded when it is first shown, and kept while covered. */
export function PaneContent({ id, params, visible, setTitle, close }: PaneContentProps) {
  const sandbox = useContext(WorkbenchSandbox);
  const [shown, setShown] = useState(visible);
  if (visible && !shown) setShown(true);
  const handle = useMemo<PaneHandle>(
    () => ({ id, visible, setTitle, setUnsaved: (unsaved) => unsavedPanes.mark(id, unsaved), close }),
    [id, visible, setTitle, close],
  );
  useEffect(() => () => unsavedPanes.mark(id, false), [id]);
  const parsed = PanelParams.safeParse(params);
  if (!parsed.success || !(parsed.data.kind in panes) || sandbox === null) return null;
  const kind = parsed.data.kind as PaneKind;
  const Pane = panes[kind];
  if (!shown) return null;
  return (
    <PaneContext value={handle}>
      <PaneBoundary>
        {inTime.has(kind) ? null : <AsItIsNow />}
        <Suspense fallback={<PaneSkeleton />}>
          <Pane sandbox={sandbox} params={(parsed.data.params ?? {}) as Record<string, never>} />
        </Suspense>
      </PaneBoundary>
    </PaneContext>
  );
}

/** While the past is shown, a pane that does not go along says what it shows. */
function AsItIsNow() {
  return useIsPast() ? (
    <p className="bench-now" role="note">
      <Clock size={12} aria-hidden="true" /> As it is now
    </p>
  ) : null;
}

function useVisible(api: IDockviewPanelProps['api']): boolean {
  const [visible, setVisible] = useState(api.isVisible);
  useEffect(() => {
    setVisible(api.isVisible);
    const watch = api.onDidVisibilityChange((event) => setVisible(event.isVisible));
    return () => watch.dispose();
  }, [api]);
  return visible;
}

function PaneSkeleton() {
  return (
    <div style={{ padding: 12 }} aria-busy="true">
      <Skeleton width="50%" />
      <Skeleton width="70%" style={{ marginTop: 10 }} />
    </div>
  );
}

/** A pane that breaks takes no other with it. */
class PaneBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    if (isMissingPart(this.state.error)) return <PartMissing />;
    return (
      <ErrorState
        title="This pane broke"
        action={<Button onClick={() => this.setState({ error: null })}>Show it again</Button>}
      >
        {this.state.error.message} The sandbox and the other panes go on.
      </ErrorState>
    );
  }
}
