import { Layer, type LayerProps } from '../Layer/Layer.tsx';
import './sheet.css';

export interface SheetProps extends LayerProps {
  /** The edge it comes from. From the right it comes from below where the page is as narrow as a phone. */
  readonly side?: 'right' | 'bottom';
}

/** A modal panel along an edge: longer than a dialog, beside what it is about. */
export function Sheet({ side = 'right', ...rest }: SheetProps) {
  return <Layer {...rest} className={`ui-sheet ui-sheet-${side}`} />;
}
