/** Ways to another moment that move the playhead and what is in view together. */
import { atOf } from '@sandglass/replay';
import type { PlayheadModel } from '../../platform/playheadModel.ts';
import { type Landmark, nextLandmark } from './moments.ts';
import type { TimelineModel } from './timelineModel.ts';

/** To the next or previous call: it has the focus, and its beginning is shown. */
export function step(model: TimelineModel, playhead: PlayheadModel | null, direction: 1 | -1): void {
  if (!model.step(direction) || playhead === null) return;
  const { focus } = model.state;
  if (focus !== null) playhead.seek(model.store.lanes[focus.lane].startUs.values[focus.index]!);
}

/** False when there is none in that direction. */
export function jump(
  model: TimelineModel,
  playhead: PlayheadModel,
  { kind, direction }: { kind: Landmark; direction: 1 | -1 },
): boolean {
  const atUs = nextLandmark(model.store, { kind, atUs: atOf(playhead.state.head, playhead.end), direction });
  if (atUs === undefined) return false;
  playhead.seek(atUs);
  model.reveal(atUs);
  return true;
}

export function followNow(model: TimelineModel, playhead: PlayheadModel | null): void {
  playhead?.goLive();
  model.follow();
}
