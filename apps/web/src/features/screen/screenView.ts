import { Model } from '../../platform/store.ts';

export type ScreenScale = 'fit' | 'actual';

export interface ScreenViewState {
  readonly scale: ScreenScale;
  /** How much larger than `scale` says; 1 = as it says. */
  readonly zoom: number;
  /** The mouse moves the view and not the sandbox's pointer. */
  readonly panning: boolean;
  /** Frame rate and response are shown. */
  readonly measured: boolean;
}

export const zooms = { least: 1, most: 6 } as const;

/** How one person looks at the screen; the sandbox knows nothing of it. */
export class ScreenViewModel extends Model<ScreenViewState> {
  constructor() {
    super({ scale: 'fit', zoom: 1, panning: false, measured: false });
  }

  setScale(scale: ScreenScale): void {
    this.set({ ...this.state, scale, zoom: 1, panning: false });
  }

  /** @returns the factor by which the picture really grew */
  zoomBy(factor: number): number {
    const zoom = Math.max(zooms.least, Math.min(zooms.most, this.state.zoom * factor));
    const grew = zoom / this.state.zoom;
    this.set({ ...this.state, zoom });
    return grew;
  }

  setPanning(panning: boolean): void {
    this.set({ ...this.state, panning });
  }

  setMeasured(measured: boolean): void {
    this.set({ ...this.state, measured });
  }

  /** There is more of the picture than is seen. */
  get larger(): boolean {
    return this.state.scale === 'actual' || this.state.zoom > 1;
  }
}
