import { type Actor, Base, type Change, type Sandbox, wallMsAt } from '@sandglass/protocol';
import { EmptyState, LoadingState, Select, StaleNote } from '@sandglass/ui';
import { FileDiff } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useChanges } from '../../platform/changes.ts';
import { useCheckpoints, useRefreshCheckpoints } from '../../platform/checkpoints.ts';
import { describeFailure } from '../../platform/errors.ts';
import { useEvents } from '../../platform/events.ts';
import { Failed } from '../../platform/Failed.tsx';
import { type PaneProps, usePane, usePaneActions } from '../../platform/pane.ts';
import { useMoment } from '../../platform/playhead.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { shownName } from '../../platform/shownName.ts';
import { isAwake } from '../../platform/status.ts';
import { useActions } from '../../platform/useAction.ts';
import { useRested } from '../../platform/useRested.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { ChangeFooter } from './ChangeFooter.tsx';
import { ChangeList } from './ChangeList.tsx';
import { useChangeActs } from './useChangeActs.ts';
import './changes.css';

const actors: readonly { value: Actor | 'all'; label: string }[] = [
  { value: 'all', label: 'by anyone' },
  { value: 'agent', label: 'by the agent' },
  { value: 'person', label: 'by people' },
  { value: 'system', label: 'by programs' },
];

/** A drag of the playhead, or playing, asks a few times a second. */
const ASK_EVERY_MS = 250;

/** The moment that is shown: exactly, once it rests; while it moves, as of a moment ago. null: now. */
function useAskedMoment(): number | null {
  const momentUs = useMoment();
  const exactUs = momentUs === null ? null : Math.round(momentUs);
  const rested = useRested(exactUs, 120);
  const asked = useRef({ momentUs: exactUs, atMs: 0 });
  const nowMs = performance.now();
  const moved = exactUs === null || asked.current.momentUs === null || rested !== undefined;
  if (moved || nowMs - asked.current.atMs >= ASK_EVERY_MS) asked.current = { momentUs: exactUs, atMs: nowMs };
  return asked.current.momentUs;
}

const momentMs = (sandbox: Sandbox | undefined, atUs: number): number =>
  sandbox === undefined ? 0 : wallMsAt(sandbox, atUs);

/** What differs from the start or from a checkpoint: by whom, when, and what exactly. */
export default function ChangesPane({ sandbox }: PaneProps) {
  const [since, setSince] = useState<Base>('start');
  const [actor, setActor] = useState<Actor | 'all'>('all');
  const [chosen, setChosen] = useState<string | null>(null);
  const { visible } = usePane();
  const { openDiff, openFile, revealFile } = usePaneActions();
  const resource = useSandbox(sandbox);
  const mayOperate = useMayOperate(resource);
  const awake = resource !== undefined && isAwake(resource);
  const momentUs = useAskedMoment();
  const isPast = momentUs !== null;
  const checkpoints = useCheckpoints(sandbox).data;
  const madeByThen = (checkpoints ?? []).filter(({ atMs }) => !isPast || atMs <= momentMs(resource, momentUs));
  // One that was made later is no base of this moment.
  const base = since === 'start' || madeByThen.some(({ id }) => id === since) ? since : 'start';
  const changes = useChanges(sandbox, { since: base, compare: true, enabled: visible, untilUs: momentUs });
  const refresh = useRefreshCheckpoints(sandbox);
  const made = useEvents(sandbox).events.findLast((event) => event.kind === 'checkpoint.created')?.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the log tells of another
  useEffect(() => {
    if (made !== undefined) refresh();
  }, [made]);
  const acts = useChangeActs(sandbox, base);
  const items = changes.data?.items;
  const shown = useMemo(() => (items ?? []).filter((each) => actor === 'all' || each.actor === actor), [items, actor]);
  const current = shown.find((change) => change.path === chosen);
  useEffect(() => {
    // A checkpoint may be removed while it is compared with.
    if (since !== 'start' && checkpoints !== undefined && !checkpoints.some(({ id }) => id === since))
      setSince('start');
  }, [since, checkpoints]);
  const open = ({ path, from, directory, status }: Change) => {
    if (directory) revealFile(status === 'deleted' ? path.slice(0, path.lastIndexOf('/')) : path);
    else openDiff({ path, since: base, ...(from === null ? {} : { from }) });
  };
  useActions([
    {
      id: 'changes.copyPatch',
      title: 'Copy the changes as a patch',
      group: 'Changes',
      when: visible && !isPast && shown.length > 0,
      run: () => void acts.copyPatch(shown),
    },
  ]);
  const bases = [
    { value: 'start', label: 'since the start' },
    ...madeByThen.map(({ id, number, name }) => ({
      value: id as string,
      label: name === `#${number}` ? `since #${number}` : `since #${number} ${shownName(name)}`,
    })),
  ];
  return (
    <div className="changes-pane">
      <header className="changes-bar">
        <Select label="Since" value={base} options={bases} onChange={(next) => setSince(Base.parse(next))} />
        <Select label="By whom" value={actor} options={actors} onChange={setActor} />
      </header>
      {changes.data !== undefined && changes.isError ? (
        <StaleNote>As it was before: {describeFailure(changes.error).detail}</StaleNote>
      ) : changes.data !== undefined && !changes.data.compared && !isPast ? (
        <StaleNote>Told from the recording alone{awake ? '' : ': the sandbox stands still'}.</StaleNote>
      ) : null}
      {changes.data === undefined && changes.isError ? (
        <Failed error={changes.error} onRetry={() => void changes.refetch()} />
      ) : changes.data === undefined ? (
        <LoadingState label="Comparing with what it was" lines={5} />
      ) : shown.length === 0 ? (
        <EmptyState
          icon={<FileDiff size={18} />}
          title={actor === 'all' ? (isPast ? 'Nothing had changed' : 'Nothing has changed') : 'Nothing of theirs'}
        >
          {actor === 'all'
            ? `Files that differ from ${since === 'start' ? 'the start' : 'this checkpoint'} appear here as they change.`
            : `${items?.length ?? 0} files were changed by others.`}
        </EmptyState>
      ) : (
        <ChangeList
          changes={shown}
          chosen={chosen}
          onChoose={setChosen}
          onOpen={open}
          {...(mayOperate && awake && !isPast ? { onRevert: (change: Change) => void acts.revert(change) } : {})}
          onOpenFile={(change) => openFile(change.path)}
          onReveal={(change) => revealFile(change.path)}
        />
      )}
      <ChangeFooter
        about={changes.data}
        acts={acts}
        current={current}
        shown={shown}
        whyNot={
          isPast
            ? 'This is the past; go back to live to put a file back'
            : mayOperate
              ? awake
                ? null
                : 'The sandbox stands still'
              : 'Your token may only watch'
        }
        isPast={isPast}
        onOpen={open}
      />
    </div>
  );
}
