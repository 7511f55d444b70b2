/** What keys do while the lanes have the focus. */
import type { TimelineModel } from './timelineModel.ts';

const PAN_SHARE = 0.1;
const ZOOM = 0.7;

/** @returns true when the key was meant for the timeline */
export function handleLaneKey(
  model: TimelineModel,
  event: { readonly key: string; readonly shiftKey: boolean },
  onOpen: () => void,
): boolean {
  const window = model.currentWindow();
  const { focus } = model.state;
  const aroundUs =
    focus === null
      ? window.mode === 'free'
        ? (window.fromUs + window.toUs) / 2
        : model.nowUs()
      : model.store.lanes[focus.lane].startUs.values[focus.index]!;
  switch (event.key) {
    case 'ArrowLeft':
      if (event.shiftKey) model.growSelection(-PAN_SHARE / 2);
      else model.panByShare(-PAN_SHARE);
      return true;
    case 'ArrowRight':
      if (event.shiftKey) model.growSelection(PAN_SHARE / 2);
      else model.panByShare(PAN_SHARE);
      return true;
    case 'PageUp':
      model.panByShare(-0.9);
      return true;
    case 'PageDown':
      model.panByShare(0.9);
      return true;
    case 'ArrowUp':
      model.stepLane(-1);
      return true;
    case 'ArrowDown':
      model.stepLane(1);
      return true;
    case '+':
    case '=':
      model.zoom(ZOOM, aroundUs);
      return true;
    case '-':
    case '_':
      model.zoom(1 / ZOOM, aroundUs);
      return true;
    case '0':
      model.fit();
      return true;
    case 'Home':
      model.showStart();
      return true;
    case 'End':
      model.follow();
      return true;
    case 'Enter':
      onOpen();
      return true;
    case 'Escape':
      return model.escape();
    default:
      return false;
  }
}
