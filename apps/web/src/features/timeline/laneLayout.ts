/** Where each row of the timeline stands, for the height there is. Pure; CSS pixels. */
import { type LaneName, laneNames } from '@sandglass/replay';

export interface Row {
  readonly topPx: number;
  readonly heightPx: number;
}

export interface LaneLayout {
  readonly film: Row | null;
  readonly lanes: Readonly<Partial<Record<LaneName, Row>>>;
  /** All of the above together: what gaps and the future cover. */
  readonly body: Row;
  /** Times and flags. */
  readonly axis: Row;
  readonly heightPx: number;
}

export type LayoutKind = 'full' | 'slim';

export const AXIS_PX = 16;
const LEAST_LANE_PX = 14;
/** The picture's; higher lanes would only be emptier. */
const MOST_LANE_PX = 22;
const FILM = { least: 26, most: 84 } as const;

/** Room for every row at its least height. */
export const leastHeight = (hasFilm: boolean): number =>
  (hasFilm ? FILM.least : 0) + laneNames.length * LEAST_LANE_PX + AXIS_PX;

export function layOut(heightPx: number, { hasFilm, kind }: { hasFilm: boolean; kind: LayoutKind }): LaneLayout {
  if (kind === 'slim') {
    const axisPx = Math.min(AXIS_PX, heightPx / 2);
    const row = { topPx: 0, heightPx: heightPx - axisPx };
    return { film: null, lanes: { agent: row }, body: row, axis: { topPx: row.heightPx, heightPx: axisPx }, heightPx };
  }
  const room = Math.max(heightPx, leastHeight(hasFilm)) - AXIS_PX;
  // Lanes grow first, then the film strip; what is left over is theirs in equal parts.
  const forLanes = room - (hasFilm ? FILM.least : 0);
  let lanePx = Math.min(Math.floor(forLanes / laneNames.length), MOST_LANE_PX);
  const filmPx = hasFilm ? Math.min(FILM.most, room - lanePx * laneNames.length) : 0;
  if (!hasFilm || filmPx === FILM.most) lanePx = Math.floor((room - filmPx) / laneNames.length);
  const lanes: Partial<Record<LaneName, Row>> = {};
  for (const [index, name] of laneNames.entries()) lanes[name] = { topPx: filmPx + index * lanePx, heightPx: lanePx };
  const bodyPx = filmPx + lanePx * laneNames.length;
  return {
    film: hasFilm ? { topPx: 0, heightPx: filmPx } : null,
    lanes,
    body: { topPx: 0, heightPx: bodyPx },
    axis: { topPx: bodyPx, heightPx: AXIS_PX },
    heightPx: bodyPx + AXIS_PX,
  };
}

/** The lane at a height; between two, and on film and axis, none. */
export function laneAt(layout: LaneLayout, yPx: number): LaneName | null {
  for (const name of laneNames) {
    const row = layout.lanes[name];
    if (row !== undefined && yPx >= row.topPx && yPx < row.topPx + row.heightPx) return name;
  }
  return null;
}
