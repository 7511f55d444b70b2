import type { CSSProperties } from 'react';
import './skeleton.css';

/** A grey stand-in. It appears only after 300 ms (by CSS), so that what is quick never flickers. */
export function Skeleton({
  width = '100%',
  height = 12,
  style,
}: {
  width?: number | string;
  height?: number | string;
  style?: CSSProperties;
}) {
  return <span aria-hidden="true" className="ui-skeleton" style={{ width, height, ...style }} />;
}
