import type { Sandbox } from '@sandglass/protocol';
import { lazy } from 'react';
import { LazyPart } from '../../platform/LazyPart.tsx';
import { useOnePane } from '../../platform/narrow.ts';
import { PartMissing } from '../../platform/PartMissing.tsx';
import type { Preset } from './layout.ts';
import { WorkbenchSandbox } from './PaneHost.tsx';
import type { Shown } from './shown.ts';

/** What the address asks to be shown first. */
export interface First {
  readonly pane?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly terminal?: string | undefined;
}

export interface WorkbenchProps {
  readonly sandbox: Sandbox;
  readonly first: First;
  /** What it is opened for, which arranges the panes. */
  readonly purpose: Preset;
  /** Hands out what stands where, for the rest of the page; null when it is gone. */
  readonly onBench: (bench: Bench | null) => void;
}

/** What the rest of the page may ask of the panes. */
export interface Bench {
  show(pane: string): void;
  /** What the person looks at, for a link to it. */
  shown(): Shown;
}

const DockBench = lazy(() => import('./DockBench.tsx'));
const NarrowBench = lazy(() => import('./NarrowBench.tsx'));

/** The panes of one sandbox: dockable where there is room, one at a time on a phone, which never loads the dock. */
export function Workbench(props: WorkbenchProps) {
  const narrow = useOnePane();
  return (
    <WorkbenchSandbox value={props.sandbox.id}>
      <LazyPart waiting={<div className="bench" aria-busy="true" />} missing={<PartMissing />}>
        {narrow ? <NarrowBench {...props} /> : <DockBench {...props} />}
      </LazyPart>
    </WorkbenchSandbox>
  );
}
