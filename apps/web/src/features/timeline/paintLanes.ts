/** Draws the marks of all lanes from per-column sums, so a frame costs its width and not the length of the log. */
import { createSample, type LaneName, type LaneSample, laneNames, sampleLane } from '@sandglass/replay';
import type { Row } from './laneLayout.ts';
import type { Palette } from './palette.ts';
import type { Scene } from './scene.ts';

/** A mark of no length is still seen. */
const LEAST_PX = 2;
/** Up to one mark in so many columns they are drawn one by one. */
const FEW = 5;
/** So many marks before the view may reach into it and are drawn for it. */
const REACH_BACK = 512;
/** Triangles closer than this would be a red band. */
const SIGN_GAP_PX = 9;

let sample: LaneSample = createSample(4_096);

/** In device pixels: the caller has not scaled the context. */
export function paintLanes(context: CanvasRenderingContext2D, scene: Scene): void {
  const columns = Math.max(1, Math.round(scene.widthPx * scene.scale));
  if (columns > sample.marks.length) sample = createSample(columns);
  for (const name of laneNames) {
    const row = scene.layout.lanes[name];
    if (row === undefined) continue;
    const { fromUs, toUs } = scene.window;
    sampleLane(scene.store.lanes[name], { fromUs, toUs, nowUs: scene.nowUs, columns }, sample);
    if (sample.total > 0 || sample.covered[0] !== 0) paintLane(context, { name, row, scene });
  }
  context.globalAlpha = 1;
}

interface LanePart {
  readonly name: LaneName;
  readonly row: Row;
  readonly scene: Scene;
}

function paintLane(context: CanvasRenderingContext2D, part: LanePart): void {
  if (part.name === 'agent' || part.name === 'people') {
    if (sample.last - sample.first <= sample.columns / FEW) paintCalls(context, part);
    else paintSpans(context, part, 1);
  } else {
    if (part.name === 'terminal') paintSpans(context, part, 0.3);
    paintTicks(context, part);
  }
  paintSigns(context, part);
}

/** What goes on, as bars; failed ones in red and over the full height of the lane. */
function paintSpans(context: CanvasRenderingContext2D, { name, row, scene }: LanePart, thickness: number): void {
  const { palette, scale } = scene;
  const least = Math.max(1, Math.round(LEAST_PX * scale));
  const most = Math.log2(1 + sample.total / Math.max(1, sample.columns)) > 1 ? maxMarks() : 1;
  const heightPx = Math.max(2, Math.min(11, row.heightPx - 5) * thickness);
  const top = Math.round((row.topPx + (row.heightPx - heightPx) / 2) * scale);
  const height = Math.round(heightPx * scale);
  const grow = Math.round(scale);
  let colour = name === 'people' ? palette.person : palette.agent;
  let end = 0;
  for (let column = 0; column < sample.columns; ) {
    const state = sample.covered[column]!;
    if (state === 0) {
      column++;
      continue;
    }
    const alpha = alphaOf(column, most);
    if (sample.marks[column]! > 0) colour = colourOf(column, palette, palette.system);
    let next = column + 1;
    while (
      next < sample.columns &&
      sample.covered[next] === state &&
      (sample.marks[next] === 0
        ? sample.marks[column] === 0 || most === 1
        : most === 1 || alphaOf(next, most) === alpha) &&
      (sample.marks[next] === 0 || colourOf(next, palette, palette.system) === colour)
    )
      next++;
    const left = state === 2 ? column : Math.max(column, end);
    const right = Math.max(next, column + least);
    if (right > left) {
      const failed = state === 2 && thickness === 1;
      context.globalAlpha = failed ? 1 : alpha;
      context.fillStyle = failed ? palette.failed : colour;
      context.fillRect(left, top - (failed ? grow : 0), right - left, height + (failed ? 2 * grow : 0));
      end = right;
    }
    column = next;
  }
}

/**
 * Few enough to draw one by one: each call a bar with a seam before it. One that goes on while others begin (a server in the
 * background) runs on as a line at the foot of the lane from there, so that it does not hide them.
 */
function paintCalls(context: CanvasRenderingContext2D, { name, row, scene }: LanePart): void {
  const { palette, scale, window, nowUs } = scene;
  const lane = scene.store.lanes[name];
  const perUs = sample.columns / (window.toUs - window.fromUs);
  const columnOf = (atUs: number) => Math.round((Math.min(atUs, nowUs) - window.fromUs) * perUs);
  const heightPx = Math.max(4, Math.min(11, row.heightPx - 5));
  const top = Math.round((row.topPx + (row.heightPx - heightPx) / 2) * scale);
  const height = Math.round(heightPx * scale);
  const hair = Math.max(1, Math.round(scale));
  context.globalAlpha = 1;
  context.fillStyle = name === 'people' ? palette.person : palette.agent;
  for (let column = 0; column < sample.columns; column++) {
    if (sample.covered[column] === 0) continue;
    const from = column;
    while (column < sample.columns && sample.covered[column] !== 0) column++;
    context.fillRect(from, top + height - 2 * hair, column - from, 2 * hair);
  }
  for (let index = Math.max(0, sample.first - REACH_BACK); index < sample.last; index++) {
    const endUs = lane.endUs(index);
    const left = columnOf(lane.startUs.values[index]!);
    const right = Math.min(Math.max(columnOf(endUs), left + LEAST_PX * hair), sample.columns);
    if (right <= 0) continue;
    const failed = lane.isFailed(index);
    const actor = lane.actorOf(index);
    context.fillStyle = failed ? palette.failed : palette[actor];
    const nextUs = index + 1 < lane.length ? lane.startUs.values[index + 1]! : Number.POSITIVE_INFINITY;
    const until = Math.max(Math.min(right, columnOf(nextUs) - hair), left + LEAST_PX * hair);
    const grow = failed ? hair : 0;
    if (until > 0) context.fillRect(left, top - grow, until - left, height + 2 * grow);
  }
}

/** What happened at a moment, as ticks that grow with how much it was. */
function paintTicks(context: CanvasRenderingContext2D, { name, row, scene }: LanePart): void {
  const { palette, scale } = scene;
  const width = Math.max(1, Math.round(LEAST_PX * scale));
  const roomPx = Math.min(16, row.heightPx - 3);
  const full = Math.log1p(Math.max(8, sample.maxWeight));
  const middle = row.topPx + row.heightPx / 2;
  const other = name === 'files' ? palette.file : palette.system;
  context.globalAlpha = 0.9;
  let end = -1;
  let tallest = 0;
  for (let column = 0; column < sample.columns; column++) {
    const weight = sample.weight[column]!;
    if (weight === 0) continue;
    const failed = sample.failed[column]! > 0;
    const share = name === 'terminal' ? 0.7 : 0.34 + 0.66 * (Math.log1p(weight) / full);
    const height = Math.round(roomPx * (failed ? 1 : share) * scale);
    // Neighbours share their width; the taller one shows.
    if (column < end && height <= tallest) continue;
    context.fillStyle = failed ? palette.failed : colourOf(column, palette, other);
    context.fillRect(column, Math.round(middle * scale - height / 2), width, height);
    end = column + width;
    tallest = height;
  }
}

/** A triangle over what failed: red is not its only sign. */
function paintSigns(context: CanvasRenderingContext2D, { row, scene }: LanePart): void {
  const { palette, scale } = scene;
  const size = Math.min(5, row.heightPx / 3) * scale;
  const top = Math.round(row.topPx * scale);
  let free = Number.NEGATIVE_INFINITY;
  context.globalAlpha = 1;
  for (let column = 0; column < sample.columns; column++) {
    if (sample.failed[column] === 0 || column < free) continue;
    free = column + SIGN_GAP_PX * scale;
    const middle = column + scale;
    context.beginPath();
    context.moveTo(middle - size, top);
    context.lineTo(middle + size, top);
    context.lineTo(middle, top + size * 1.2);
    context.closePath();
    context.lineWidth = 1.5 * scale;
    context.strokeStyle = palette.ground;
    context.stroke();
    context.fillStyle = palette.failed;
    context.fill();
  }
}

function maxMarks(): number {
  let most = 1;
  for (let column = 0; column < sample.columns; column++) most = Math.max(most, sample.marks[column]!);
  return most;
}

/** Four steps, so that runs of like columns are drawn at once. */
function alphaOf(column: number, most: number): number {
  if (most === 1) return 0.85;
  const share = Math.log1p(sample.marks[column]!) / Math.log1p(most);
  return 0.4 + 0.2 * Math.round(3 * share);
}

function colourOf(column: number, palette: Palette, other: string): string {
  const agent = sample.agent[column]!;
  const person = sample.person[column]!;
  if (agent === 0 && person === 0) return other;
  return person > agent ? palette.person : palette.agent;
}
