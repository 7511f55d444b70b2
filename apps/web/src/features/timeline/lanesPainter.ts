/** Draws a model on a canvas: on demand, and while live as often as now moves by half a pixel. */
import { isLive, spanOf } from '@sandglass/replay';
import type { FilmStrip } from './filmStrip.ts';
import type { LaneLayout } from './laneLayout.ts';
import { paintFilm, slotShare } from './paintFilm.ts';
import {
  paintAxis,
  paintFlags,
  paintFuture,
  paintGaps,
  paintGround,
  paintSharedPast,
  type ShownFlag,
} from './paintGround.ts';
import { paintLanes } from './paintLanes.ts';
import type { Palette } from './palette.ts';
import type { Scene } from './scene.ts';
import type { TimelineModel } from './timelineModel.ts';

export interface PainterOptions {
  readonly model: TimelineModel;
  readonly canvas: HTMLCanvasElement;
  readonly film: FilmStrip | null;
  /** Told after each frame, for what lies over the canvas. */
  readonly onFrame: (scene: Scene) => void;
  readonly isStill: () => boolean;
}

const FASTEST_MS = 33;
const SLOWEST_MS = 1_000;

export class LanesPainter {
  readonly #options: PainterOptions;
  readonly #context: CanvasRenderingContext2D;
  readonly #stopModel: () => void;
  #frame = 0;
  #later: ReturnType<typeof setTimeout> | undefined;
  #size = { widthPx: 0, scale: 1 };
  #layout: LaneLayout | null = null;
  #palette: Palette | null = null;
  /** What the last frame showed. */
  scene: Scene | null = null;
  flags: readonly ShownFlag[] = [];

  constructor(options: PainterOptions) {
    this.#options = options;
    const context = options.canvas.getContext('2d', { alpha: true, desynchronized: false });
    if (context === null) throw new Error('this browser draws no canvas');
    this.#context = context;
    this.#stopModel = options.model.subscribe(() => this.request());
  }

  resize(size: { widthPx: number; scale: number }, layout: LaneLayout): void {
    this.#size = size;
    this.#layout = layout;
    const { canvas } = this.#options;
    const width = Math.max(1, Math.round(size.widthPx * size.scale));
    const height = Math.max(1, Math.round(layout.heightPx * size.scale));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      // An emptied canvas would flash until the next frame.
      this.paint();
    } else this.request();
  }

  recolour(palette: Palette): void {
    this.#palette = palette;
    this.request();
  }

  readonly request = (): void => {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.paint());
  };

  close(): void {
    this.#stopModel();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#later);
  }

  paint(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#later);
    this.#frame = 0;
    if (this.#layout === null || this.#palette === null || this.#size.widthPx === 0) return;
    const { model, film, canvas } = this.#options;
    const scene: Scene = {
      store: model.store,
      window: model.currentWindow(),
      nowUs: model.nowUs(),
      knownUs: model.knownUs(),
      layout: this.#layout,
      palette: this.#palette,
      ...this.#size,
    };
    this.scene = scene;
    const context = this.#context;
    context.clearRect(0, 0, canvas.width, canvas.height);
    paintGround(context, scene);
    if (film !== null && scene.layout.film !== null) {
      const share = slotShare(scene.layout.film.heightPx, scene.widthPx);
      paintFilm(context, scene, film.slots(scene.window, { slotShare: share, nowUs: scene.nowUs }));
    }
    paintSharedPast(context, scene);
    paintLanes(context, scene);
    paintGaps(context, scene);
    paintFuture(context, scene);
    this.flags = paintFlags(context, scene);
    paintAxis(context, scene, this.flags);
    this.#options.onFrame(scene);
    if (isLive(scene.window) && !model.ended) this.#later = setTimeout(this.request, this.#pauseMs(scene));
  }

  #pauseMs(scene: Scene): number {
    if (this.#options.isStill()) return SLOWEST_MS;
    const perPixelMs = spanOf(scene.window) / 1_000 / Math.max(1, scene.widthPx * scene.scale);
    return Math.min(SLOWEST_MS, Math.max(FASTEST_MS, perPixelMs / 2));
  }
}
