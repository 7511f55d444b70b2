/** What stands behind and over the marks: lines of the lanes, the axis, flags, gaps, the future. */
import { axisStep, type Flag, formatTick } from '@sandglass/replay';
import { formatDuration } from '../../platform/format.ts';
import { type Scene, xOf } from './scene.ts';

const LABEL_GAP_PX = 84;
const FLAG_PX = 9;
/** Its sign and its words. */
const FORKED_PX = 80;

/** In device pixels, like everything of this picture. */
export function paintGround(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, palette, scale, widthPx } = scene;
  context.fillStyle = palette.line;
  const width = Math.round(widthPx * scale);
  const hair = Math.max(1, Math.round(scale));
  for (const row of [layout.film, ...Object.values(layout.lanes)])
    if (row) context.fillRect(0, Math.round((row.topPx + row.heightPx) * scale) - hair, width, hair);
}

/** What a fork shares with its parent, up to its own part: under a line, and in another light. */
export function paintSharedPast(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, palette, scale, store, widthPx } = scene;
  const border = store.flags.findLast(({ kind }) => kind === 'forked');
  if (border === undefined) return;
  const right = Math.min(widthPx, xOf(scene, border.atUs)) * scale;
  if (right <= 0) return;
  context.fillStyle = palette.check;
  context.globalAlpha = 0.1;
  context.fillRect(0, 0, right, layout.body.heightPx * scale);
  context.globalAlpha = 0.7;
  context.fillRect(0, layout.axis.topPx * scale, right, Math.max(1, Math.round(1.5 * scale)));
  context.globalAlpha = 1;
}

export function paintAxis(context: CanvasRenderingContext2D, scene: Scene, taken: readonly ShownFlag[]): void {
  const { layout, palette, scale, widthPx, window } = scene;
  const stepUs = axisStep(window.toUs - window.fromUs, widthPx, LABEL_GAP_PX);
  const top = layout.axis.topPx * scale;
  context.font = `${10 * scale}px ${palette.font}`;
  context.textBaseline = 'middle';
  for (let atUs = Math.ceil(window.fromUs / stepUs) * stepUs; atUs <= window.toUs; atUs += stepUs) {
    const xPx = xOf(scene, atUs);
    const text = formatTick(atUs, stepUs);
    context.fillStyle = palette.edge;
    context.fillRect(Math.round(xPx * scale), top, Math.max(1, Math.round(scale)), 4 * scale);
    const width = context.measureText(text).width / scale;
    if (xPx + 4 + width > widthPx || taken.some((flag) => flag.xPx > xPx - flag.widthPx && flag.xPx < xPx + width + 16))
      continue;
    context.fillStyle = palette.label;
    context.fillText(text, (xPx + 4) * scale, top + (layout.axis.heightPx / 2 + 1) * scale);
  }
}

export interface ShownFlag {
  readonly xPx: number;
  /** With its words. */
  readonly widthPx: number;
  readonly seqs: readonly number[];
}

/** Checkpoints and the place of a fork, on poles through all lanes; those too close to tell apart are counted on one. @returns where they stand */
export function paintFlags(context: CanvasRenderingContext2D, scene: Scene): ShownFlag[] {
  const { layout, palette, scale, widthPx, store } = scene;
  const shown: { xPx: number; widthPx: number; seqs: number[]; text: string; kind: Flag['kind'] }[] = [];
  for (const flag of store.flags) {
    const xPx = xOf(scene, flag.atUs);
    if (xPx < -FLAG_PX || xPx > widthPx) continue;
    const last = shown.at(-1);
    if (last === undefined || xPx - last.xPx >= 30) {
      shown.push({ xPx, widthPx: 14, seqs: [flag.seq], text: `${flag.number}`, kind: flag.kind });
      continue;
    }
    last.seqs.push(flag.seq);
    last.text = `×${last.seqs.length}`;
    // Where it became another's is never lost among checkpoints.
    if (flag.kind === 'forked') Object.assign(last, { kind: 'forked', xPx });
  }
  const body = layout.body.heightPx * scale;
  const top = (layout.axis.topPx + 3) * scale;
  context.textBaseline = 'middle';
  context.font = `600 ${10 * scale}px ${palette.font}`;
  for (const [index, one] of shown.entries()) {
    const { xPx, kind, seqs } = one;
    const roomPx = (shown[index + 1]?.xPx ?? widthPx) - xPx;
    const text = kind !== 'forked' ? one.text : roomPx < FORKED_PX ? '' : forkedWords(seqs.length - 1);
    if (kind === 'forked' && text !== '') one.widthPx = FORKED_PX;
    const x = Math.round(xPx * scale);
    context.fillStyle = palette.check;
    context.globalAlpha = 0.45;
    context.fillRect(x, 0, Math.max(1, Math.round(scale)), body);
    context.globalAlpha = 1;
    if (kind === 'forked') paintBranch(context, { x, top, scale, colour: palette.check });
    else paintFlag(context, { x, top, scale, kind });
    context.fillText(text, x + 12 * scale, (layout.axis.topPx + layout.axis.heightPx / 2 + 1) * scale);
  }
  return shown;
}

const forkedWords = (others: number): string => (others === 0 ? 'forked here' : `forked, +${others}`);

/** A flag for a checkpoint, an arrow back for one that was gone back to. */
function paintFlag(
  context: CanvasRenderingContext2D,
  { x, top, scale, kind }: { x: number; top: number; scale: number; kind: Flag['kind'] },
): void {
  const at = (dx: number, dy: number): [number, number] => [x + dx * scale, top + dy * scale];
  context.beginPath();
  if (kind === 'restored') {
    context.moveTo(...at(9, 0));
    context.lineTo(...at(1, 4.5));
    context.lineTo(...at(9, 9));
  } else {
    context.rect(x, top - 3 * scale, 1.5 * scale, 13 * scale);
    context.moveTo(...at(0, 0));
    context.lineTo(...at(9, 0));
    context.lineTo(...at(6.5, 3));
    context.lineTo(...at(9, 6));
    context.lineTo(...at(0, 6));
  }
  context.fill();
}

/** A branch that leaves its trunk. */
function paintBranch(
  context: CanvasRenderingContext2D,
  { x, top, scale, colour }: { x: number; top: number; scale: number; colour: string },
): void {
  context.fillRect(x, top - 3 * scale, 1.5 * scale, 13 * scale);
  context.strokeStyle = colour;
  context.lineWidth = 1.5 * scale;
  context.beginPath();
  context.moveTo(x + 0.75 * scale, top + 8 * scale);
  context.quadraticCurveTo(x + 6.5 * scale, top + 8 * scale, x + 6.5 * scale, top + 3.5 * scale);
  context.stroke();
  context.beginPath();
  context.arc(x + 6.5 * scale, top + 1.5 * scale, 2.5 * scale, 0, 2 * Math.PI);
  context.fill();
}

/** Stretches in which nothing could happen, or of which nothing is known. */
export function paintGaps(context: CanvasRenderingContext2D, scene: Scene): void {
  const { palette, store, nowUs, knownUs } = scene;
  for (const gap of store.gaps) {
    const left = xOf(scene, gap.fromUs);
    const right = xOf(scene, Math.min(gap.toUs, nowUs));
    if (right < 0 || left > scene.widthPx) continue;
    if (gap.kind === 'frozen') {
      const label = `frozen ${formatDuration((Math.min(gap.toUs, nowUs) - gap.fromUs) / 1_000)}`;
      hatch(context, scene, { left, right: Math.max(right, left + 3), colour: palette.frozen, alpha: 0.34, label });
    } else if (gap.kind === 'notKept')
      hatch(context, scene, { left, right, colour: palette.label, alpha: 0.22, label: 'not kept any more' });
    else if (gap.kind === 'private')
      hatch(context, scene, {
        left,
        right: Math.max(right, left + 3),
        colour: palette.person,
        alpha: 0.4,
        label: 'private: nothing was recorded',
      });
    else if (gap.kind === 'noSpace')
      hatch(context, scene, {
        left,
        right: Math.max(right, left + 3),
        colour: palette.warn,
        alpha: 0.5,
        label: 'not recorded: the disk was full',
      });
    else paintTear(context, scene, left);
  }
  if (knownUs < nowUs)
    hatch(context, scene, {
      left: xOf(scene, knownUs),
      right: xOf(scene, nowUs),
      colour: palette.label,
      alpha: 0.22,
      label: 'not known yet',
    });
}

/** Right of now nothing has happened; right of its end nothing will. */
export function paintFuture(context: CanvasRenderingContext2D, scene: Scene): void {
  const { palette, scale, store, nowUs, widthPx, layout } = scene;
  const left = xOf(scene, nowUs);
  if (left > widthPx) return;
  const label = store.end === null ? '' : store.end.failed ? 'failed' : 'ended';
  hatch(context, scene, { left, right: widthPx, colour: palette.label, alpha: 0.13, label });
  context.fillStyle = store.end?.failed === true ? palette.failed : palette.edge;
  context.fillRect(Math.round(left * scale), 0, Math.max(1, Math.round(scale)), layout.body.heightPx * scale);
}

interface Band {
  readonly left: number;
  readonly right: number;
  readonly colour: string;
  readonly alpha: number;
  readonly label: string;
}

function hatch(context: CanvasRenderingContext2D, scene: Scene, { left, right, colour, alpha, label }: Band): void {
  const { layout, palette, scale, widthPx } = scene;
  const from = Math.max(0, left) * scale;
  const to = Math.min(widthPx, right) * scale;
  if (to <= from) return;
  const height = layout.body.heightPx * scale;
  context.save();
  context.beginPath();
  context.rect(from, 0, to - from, height);
  context.clip();
  context.globalAlpha = alpha;
  context.strokeStyle = colour;
  context.lineWidth = 2.5 * scale;
  context.beginPath();
  // Bound to the page, not to the band, so that the hatch stands still while the band moves.
  for (let x = Math.floor((from - height) / (9 * scale)) * 9 * scale; x < to; x += 9 * scale) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
  context.globalAlpha = 1;
  context.font = `${10.5 * scale}px ${palette.font}`;
  context.textBaseline = 'middle';
  const width = context.measureText(label).width;
  if (label !== '' && to - from > width + 16 * scale) {
    const middle = (from + to) / 2;
    context.fillStyle = palette.ground;
    context.fillRect(middle - width / 2 - 5 * scale, height / 2 - 8 * scale, width + 10 * scale, 16 * scale);
    context.fillStyle = palette.text;
    context.fillText(label, middle - width / 2, height / 2);
  }
  context.restore();
}

/** A tear through the picture where the recorder lost something. */
function paintTear(context: CanvasRenderingContext2D, scene: Scene, xPx: number): void {
  const { layout, palette, scale } = scene;
  const height = layout.body.heightPx * scale;
  const step = 6 * scale;
  context.beginPath();
  for (let y = 0, side = -1; y <= height + step; y += step, side = -side)
    context.lineTo(xPx * scale + side * 2.5 * scale, y);
  context.lineWidth = 4.5 * scale;
  context.strokeStyle = palette.ground;
  context.stroke();
  context.lineWidth = 1.5 * scale;
  context.strokeStyle = palette.warn;
  context.stroke();
}
