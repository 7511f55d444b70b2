import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { Button, EmptyState, ErrorNote, Skeleton, useNow } from '@sandglass/ui';
import { useIsMutating } from '@tanstack/react-query';
import { Eye, SearchX, X } from 'lucide-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { z } from 'zod';
import { describeFailure } from '../../platform/errors.ts';
import { Failed } from '../../platform/Failed.tsx';
import { useSandboxes } from '../../platform/sandboxes.ts';
import { readPreference, writePreference } from '../../platform/storage.ts';
import { countedTitle, useTitle } from '../../platform/titles.ts';
import { Announcer } from './Announcer.tsx';
import { BulkBar } from './BulkBar.tsx';
import { firstKey } from './createSandbox.ts';
import { FirstRun } from './FirstRun.tsx';
import { KillMany } from './KillMany.tsx';
import { SandboxTable } from './SandboxTable.tsx';
import type { WallLook } from './savedViews.ts';
import { chooseAll, extend, keepShown, nothingChosen, type Selection, toggle } from './selection.ts';
import { useBulk, useNeeds } from './useWall.ts';
import { WallGrid } from './WallGrid.tsx';
import { WallHead } from './WallHead.tsx';
import './wall.css';
import { type WallActs, WallContext } from './wallContext.ts';
import { countLabels, countShown, selectShown } from './wallModel.ts';

export interface WallProps {
  readonly look: WallLook;
  readonly onLook: (look: WallLook) => void;
  readonly onOpen: (sandbox: string) => void;
  /** Absent when this token may not create. */
  readonly onCreate: (() => void) | undefined;
}

const NONE: readonly Sandbox[] = [];

export function Wall(props: WallProps) {
  const query = useSandboxes();
  const all = query.data ?? NONE;
  const seen = useNeeds(all);
  useTitle(countedTitle('Sandboxes', seen.needs.size), seen.needs.size === 0 ? 'plain' : 'attention');
  if (query.isPending) return <WallSkeleton />;
  if (query.data === undefined) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      {query.isError ? (
        <ErrorNote
          title={describeFailure(query.error).title}
          action={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          You see the list as it was last.
        </ErrorNote>
      ) : null}
      <Filled {...props} all={all} seen={seen} />
    </>
  );
}

interface FilledProps extends WallProps {
  readonly all: readonly Sandbox[];
  readonly seen: ReturnType<typeof useNeeds>;
}

function Filled({ all, seen, look, onLook, onOpen, onCreate }: FilledProps) {
  const nowMs = useNow();
  const starting = useIsMutating({ mutationKey: firstKey }) > 0;
  const { needs, markSeen } = seen;
  const bulk = useBulk();
  const [selection, setSelection] = useState<Selection<SandboxId>>(nothingChosen);
  const [killing, setKilling] = useState<readonly Sandbox[] | null>(null);
  const { show = 'all', find = '', labels = [], sort = 'needs' } = look;
  const filter = { show, find, labels, sort };
  const shown = selectShown(all, filter, needs);
  const order = shown.map((sandbox) => sandbox.id);
  const kept = keepShown(selection, order);
  const chosen = shown.filter((sandbox) => kept.chosen.has(sandbox.id));
  const acts = useMemo(
    (): WallActs => ({
      needs,
      chosen: kept.chosen,
      bulk,
      toggle: (id) => setSelection((before) => toggle(before, id)),
      extend: (id) => setSelection((before) => extend(before, id, order)),
      markSeen,
      ask: (verb, sandbox) => void bulk.start(verb, [sandbox]),
      askKill: setKilling,
    }),
    [needs, kept.chosen, bulk, order, markSeen],
  );
  const counts = useMemo(() => countShown(all, needs), [all, needs]);
  const nothing = counts.all === 0 && show === 'all' && find === '' && labels.length === 0;
  // While the first one is being made, the page that made it stays and shows how far it is.
  if (nothing || starting) return <FirstRun onOpen={onOpen} onCreate={onCreate} again={all.length > 1} />;
  const handleKey = (event: KeyboardEvent) => {
    if ((event.target as Element).closest('input, textarea, [role="dialog"], [role="menu"]') !== null) return;
    if (event.key === 'Escape' && kept.chosen.size > 0) setSelection(nothingChosen);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && shown.length > 0) {
      event.preventDefault();
      setSelection(chooseAll(order));
    }
  };
  return (
    <WallContext value={acts}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of what is inside, gathered in one place */}
      <div className="wall" onKeyDown={handleKey}>
        <WallHead look={look} counts={counts} labels={countLabels(all, show, needs)} onLook={onLook} />
        {onCreate === undefined ? <WatchOnly /> : null}
        {shown.length === 0 ? (
          <NothingShown look={look} onLook={onLook} />
        ) : look.view === 'list' ? (
          <SandboxTable
            sandboxes={shown}
            nowMs={nowMs}
            sort={sort}
            onSort={(next) => onLook({ ...look, sort: next })}
            allChosen={chosen.length === shown.length}
            onChooseAll={(on) => setSelection(on ? chooseAll(order) : nothingChosen)}
          />
        ) : (
          <WallGrid sandboxes={shown} nowMs={nowMs} label="Sandboxes" />
        )}
      </div>
      <BulkBar chosen={chosen} onClear={() => setSelection(nothingChosen)} />
      {killing === null ? null : (
        <KillMany
          sandboxes={killing}
          onClose={() => setKilling(null)}
          onKill={() => void bulk.start('kill', killing)}
        />
      )}
      <Announcer sandboxes={all.length === 0 ? NONE : all} needs={needs} />
    </WallContext>
  );
}

const TOLD = 'wall.watchOnly';

/** Said once: what is missing is not missing by mistake. */
function WatchOnly() {
  const [told, setTold] = useState(() => readPreference(TOLD, z.boolean()) === true);
  if (told) return null;
  return (
    <p className="wall-told">
      <Eye size={14} />
      <span>
        Your token may watch everything here and change nothing. An operator’s token creates, freezes and kills.
      </span>
      <button
        type="button"
        className="wall-told-close"
        onClick={() => {
          writePreference(TOLD, true);
          setTold(true);
        }}
      >
        <X size={13} aria-hidden="true" /> Got it
      </button>
    </p>
  );
}

function NothingShown({ look, onLook }: Pick<WallProps, 'look' | 'onLook'>) {
  const searched = (look.find ?? '') !== '' || (look.labels ?? []).length > 0;
  return (
    <EmptyState
      icon={<SearchX size={18} />}
      title={searched ? 'No sandbox matches' : 'None of them is in this state'}
      action={
        <Button onClick={() => onLook({ ...look, show: 'all', find: '', labels: [] })}>
          {searched ? 'Clear the search' : 'Show all'}
        </Button>
      }
    >
      {searched ? 'The words are looked for in names, ids, images and labels.' : undefined}
    </EmptyState>
  );
}

function WallSkeleton() {
  return (
    <div className="wall" aria-busy="true">
      <span className="wall-unseen" role="status">
        Loading sandboxes
      </span>
      <div className="list-head" />
      <ul className="wall-grid">
        {[0, 1, 2, 3].map((key) => (
          <li key={key}>
            <Skeleton height={268} style={{ borderRadius: 10 }} />
          </li>
        ))}
      </ul>
    </div>
  );
}
