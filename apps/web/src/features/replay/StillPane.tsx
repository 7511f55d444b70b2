import { type ReactNode, useMemo } from 'react';
import { LazyPart } from '../../platform/LazyPart.tsx';
import { PartMissing } from '../../platform/PartMissing.tsx';
import { type PaneActions, PaneContext, type PaneHandle } from '../../platform/pane.ts';

/** A pane that stands where it is: it has no tab of its own to name or to close. */
export function StillPane({ id, children }: { id: string; children: ReactNode }) {
  const handle = useMemo(() => stillHandle(id), [id]);
  return (
    <PaneContext value={handle}>
      <LazyPart missing={<PartMissing />}>{children}</LazyPart>
    </PaneContext>
  );
}

const stillHandle = (id: string): PaneHandle => ({
  id,
  visible: true,
  setTitle: () => undefined,
  setUnsaved: () => undefined,
  close: () => undefined,
});

/** Where no machine is any more: its files are gone, and nothing is started in it. */
export const nothingToOpen: PaneActions = {
  openFile: () => undefined,
  revealFile: () => undefined,
  openDiff: () => undefined,
  openTerminal: () => undefined,
  newTerminal: undefined,
  splitTerminal: undefined,
};
