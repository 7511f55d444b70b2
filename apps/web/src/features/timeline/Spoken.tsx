import type { SandboxId } from '@sandglass/protocol';
import { formatElapsed, isLive } from '@sandglass/replay';
import { formatDuration } from '../../platform/format.ts';
import { countWords, detailWords, laneTitles, spokenMark } from './markWords.ts';
import { countRange } from './pick.ts';
import type { TimelineModel } from './timelineModel.ts';
import { useMarkEvent } from './useMarkEvent.ts';
import { useSlice } from './useSlice.ts';

/** For who does not see: what the timeline holds, and what has the focus as it changes. */
export function Spoken({ id, sandbox, model }: { id: string; sandbox: SandboxId; model: TimelineModel }) {
  const rows = useSlice(model, (state) => state.rows);
  const window = useSlice(model, (state) => state.window);
  const focus = useSlice(model, (state) => state.focus);
  const selection = useSlice(model, (state) => state.selection);
  const mark = focus === null ? null : model.store.lanes[focus.lane].mark(focus.index);
  const { event, settled } = useMarkEvent(sandbox, mark?.seq ?? null);
  const all = rows === 0 ? null : countRange(model.store, 0, Number.POSITIVE_INFINITY);
  const lanes = (['agent', 'people', 'files', 'terminal', 'network'] as const).filter(
    (lane) => (all?.[lane].marks ?? 0) > 0,
  );
  const fork = model.store.flags.findLast(({ kind }) => kind === 'forked');
  const points = model.store.flags.filter(({ kind }) => kind !== 'forked').length;
  const summary = [
    ...lanes.map((lane) => `${laneTitles[lane]}: ${countWords(lane, all![lane])}`),
    ...(fork === undefined ? [] : [`forked at ${formatElapsed(fork.atUs, true)}, its parent’s past before that`]),
    ...(points === 0 ? [] : [`${points} ${points === 1 ? 'checkpoint' : 'checkpoints'}`]),
  ];
  const said =
    focus !== null && mark !== null && settled
      ? spokenMark(focus.lane, mark, { detail: detailWords(event), nowUs: model.nowUs() })
      : selection !== null
        ? `Selected ${formatDuration((selection.toUs - selection.fromUs) / 1_000)}, from ${formatElapsed(selection.fromUs)} to ${formatElapsed(selection.toUs)}`
        : '';
  return (
    <div className="timeline-spoken">
      <p id={id}>
        {summary.length === 0 ? 'Nothing has happened yet.' : `${summary.join('. ')}.`}{' '}
        {isLive(window)
          ? model.ended
            ? 'The whole recording is in view.'
            : 'Live.'
          : `From ${formatElapsed(window.fromUs)} to ${formatElapsed(window.toUs)} in view.`}
      </p>
      <p role="status">{said}</p>
    </div>
  );
}
