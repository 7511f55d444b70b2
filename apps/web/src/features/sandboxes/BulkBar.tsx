import type { Sandbox } from '@sandglass/protocol';
import { Button, IconButton, ProgressBar } from '@sandglass/ui';
import { Camera, Check, CircleX, LoaderCircle, Minus, Pause, Play, Skull, Snowflake, Sun, X } from 'lucide-react';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { type BulkItem, type BulkModel, type BulkState, countOutcomes, unfit, type Verb } from './bulkModel.ts';
import './bulkBar.css';
import { useWall } from './wallContext.ts';

const verbs = [
  { verb: 'pause', label: 'Pause', icon: <Pause size={13} /> },
  { verb: 'continue', label: 'Continue', icon: <Play size={13} /> },
  { verb: 'freeze', label: 'Freeze', icon: <Snowflake size={13} /> },
  { verb: 'thaw', label: 'Thaw', icon: <Sun size={13} /> },
  { verb: 'checkpoint', label: 'Checkpoint', icon: <Camera size={13} /> },
  { verb: 'kill', label: 'Kill…', icon: <Skull size={13} /> },
] as const;

/** What can be done with all that is chosen, and how far it is. */
export function BulkBar({ chosen, onClear }: { chosen: readonly Sandbox[]; onClear: () => void }) {
  const wall = useWall();
  const state = useStore(wall.bulk);
  if (chosen.length === 0 && state === null) return null;
  return (
    <section className="bulk" aria-label="Selection">
      {state === null ? null : <Results state={state} bulk={wall.bulk} sandboxes={chosen} />}
      {chosen.length === 0 ? null : <Choices chosen={chosen} onClear={onClear} working={state?.phase === 'working'} />}
    </section>
  );
}

function Choices({ chosen, working, onClear }: { chosen: readonly Sandbox[]; working: boolean; onClear: () => void }) {
  const wall = useWall();
  const mayOperate = useMayOperate(chosen[0]);
  return (
    <div className="bulk-row">
      <b className="bulk-count">{chosen.length} selected</b>
      {mayOperate
        ? verbs.map(({ verb, label, icon }) => {
            const fitting = chosen.filter((sandbox) => unfit(verb, sandbox) === undefined);
            if (fitting.length === 0) return null;
            const count = fitting.length === chosen.length ? '' : ` ${fitting.length}`;
            return (
              <Button
                key={verb}
                icon={icon}
                tone={verb === 'kill' ? 'danger' : 'plain'}
                disabled={working}
                onClick={() => (verb === 'kill' ? wall.askKill(chosen) : void wall.bulk.start(verb, chosen))}
              >
                {verb === 'kill' ? `Kill${count}…` : `${label}${count}`}
              </Button>
            );
          })
        : null}
      <span className="wall-gap" />
      <Button tone="quiet" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}

const doing: Record<Verb, string> = {
  pause: 'Pausing',
  continue: 'Continuing',
  freeze: 'Freezing',
  thaw: 'Thawing',
  checkpoint: 'Checkpointing',
  kill: 'Killing',
};
const did: Record<Verb, string> = {
  pause: 'Paused',
  continue: 'Continued',
  freeze: 'Frozen',
  thaw: 'Thawed',
  checkpoint: 'Checkpointed',
  kill: 'Killed',
};

function Results({ state, bulk, sandboxes }: { state: BulkState; bulk: BulkModel; sandboxes: readonly Sandbox[] }) {
  const counts = countOutcomes(state);
  const working = state.phase === 'working';
  const again = sandboxes.filter((sandbox) =>
    state.items.some((item) => item.id === sandbox.id && item.outcome.phase === 'failed'),
  );
  const sum = [
    working ? `${doing[state.verb]} ${counts.all - counts.left} of ${counts.all}` : `${did[state.verb]} ${counts.done}`,
    counts.failed > 0 ? `${counts.failed} failed` : '',
    counts.skipped > 0 ? `${counts.skipped} left as they were` : '',
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <div className="bulk-results">
      <div className="bulk-row">
        <b role="status">{sum}</b>
        <span className="bulk-progress">
          <ProgressBar
            hidesLabel
            label={`${doing[state.verb]}, how many of all`}
            value={counts.all - counts.left}
            most={counts.all}
            text={`${counts.all - counts.left} of ${counts.all}`}
          />
        </span>
        {working ? (
          <Button size="small" onClick={() => bulk.cancel()}>
            Stop after these
          </Button>
        ) : (
          <>
            {again.length > 0 ? (
              <Button size="small" onClick={() => void bulk.start(state.verb, again)}>
                Try {again.length} again
              </Button>
            ) : null}
            <IconButton size="small" label="Close the results" onClick={() => bulk.dismiss()}>
              <X size={14} />
            </IconButton>
          </>
        )}
      </div>
      <ul aria-label="Results">
        {state.items.map((item) => (
          <Result key={item.id} item={item} />
        ))}
      </ul>
    </div>
  );
}

function Result({ item: { name, outcome } }: { item: BulkItem }) {
  const { phase } = outcome;
  const icon = {
    waiting: <span className="bulk-dot" />,
    working: <LoaderCircle size={13} className="bulk-turn" />,
    done: <Check size={13} className="bulk-done" />,
    skipped: <Minus size={13} />,
    cancelled: <Minus size={13} />,
    failed: <CircleX size={13} className="bulk-failed" />,
  }[phase];
  return (
    <li>
      {icon}
      <bdi>{shownName(name).slice(0, 80)}</bdi>
      <span className="bulk-why">{'why' in outcome ? outcome.why : phase}</span>
    </li>
  );
}
