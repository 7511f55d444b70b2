import type { Action } from '../../platform/actions.ts';
import type { PlayheadModel } from '../../platform/playheadModel.ts';
import { useActions } from '../../platform/useAction.ts';
import { type Landmark, landmarks } from './moments.ts';
import type { TimelineModel } from './timelineModel.ts';
import { followNow, jump, step } from './travel.ts';
import { useSlice } from './useSlice.ts';

const group = 'Timeline';
const within = '.timeline-canvas';

/** What can be done here, for ⌘K, `?` and the keys of the page. Keys of the lanes alone are answered in `keys.ts`. */
export function useTimelineActions(
  model: TimelineModel,
  {
    playhead,
    collapsed,
    onCollapse,
  }: { playhead: PlayheadModel | null; collapsed: boolean; onCollapse: (collapsed: boolean) => void },
): void {
  const ended = useSlice(model, () => model.ended);
  const shown = !collapsed;
  const key = (id: string, title: string, shortcut: string | readonly string[], run: () => void): Action => ({
    id: `timeline.${id}`,
    title,
    group,
    shortcut,
    within,
    keyOnly: true,
    when: shown,
    run,
  });
  useActions([
    { id: 'timeline.previousCall', title: 'Previous call', group, shortcut: '[', run: () => step(model, playhead, -1) },
    { id: 'timeline.nextCall', title: 'Next call', group, shortcut: ']', run: () => step(model, playhead, 1) },
    {
      id: 'timeline.live',
      title: 'Back to live',
      group,
      shortcut: 'L',
      when: !ended,
      run: () => followNow(model, playhead),
    },
    ...(playhead === null ? [] : landmarkActions(model, playhead)),
    {
      id: 'timeline.focus',
      title: 'Go to the timeline',
      group,
      shortcut: 'T',
      run: () => {
        onCollapse(false);
        // Drawn by the time the keys are up.
        requestAnimationFrame(() => document.querySelector<HTMLElement>(within)?.focus());
      },
    },
    { id: 'timeline.fit', title: 'Show the whole timeline', group, when: shown, run: () => model.fit() },
    {
      id: 'timeline.select',
      title: 'Select a range of the timeline',
      group,
      hint: 'Or drag with Shift',
      when: shown,
      run: () => model.startSelecting(true),
    },
    {
      id: 'timeline.toggle',
      title: collapsed ? 'Show the timeline' : 'Hide the timeline',
      group,
      run: () => onCollapse(!collapsed),
    },
    key('fitKey', 'Show all', '0', () => model.fit()),
    key('pan', 'Earlier, later', ['ArrowLeft', 'ArrowRight'], () => undefined),
    key('lane', 'Lane above, below', ['ArrowUp', 'ArrowDown'], () => undefined),
    key('zoom', 'Closer, farther', ['+', '-'], () => undefined),
    key('ends', 'Beginning, now', ['Home', 'End'], () => undefined),
    key('grow', 'Select from here', ['Shift+ArrowRight', 'Shift+ArrowLeft'], () => undefined),
    key('open', 'Open in Activity', 'Enter', () => undefined),
  ]);
}

const names: Record<Landmark, string> = {
  error: 'error',
  intervention: 'intervention',
  checkpoint: 'checkpoint',
  file: 'file change',
};
const keys: Partial<Record<Landmark, readonly [next: string, previous: string]>> = { error: ['E', 'Shift+E'] };

const landmarkActions = (model: TimelineModel, playhead: PlayheadModel): Action[] =>
  landmarks.flatMap((kind) =>
    ([1, -1] as const).map((direction) => {
      const shortcut = keys[kind]?.[direction === 1 ? 0 : 1];
      return {
        id: `timeline.${direction === 1 ? 'next' : 'previous'}.${kind}`,
        title: `${direction === 1 ? 'Next' : 'Previous'} ${names[kind]}`,
        group,
        ...(shortcut === undefined ? {} : { shortcut }),
        run: () => void jump(model, playhead, { kind, direction }),
      };
    }),
  );
