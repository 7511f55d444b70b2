import { IconButton } from '@sandglass/ui';
import { ZoomIn, ZoomOut } from 'lucide-react';

interface ZoomToolsProps {
  readonly shown: string;
  readonly onStep: (by: 1 | -1) => void;
}

/** How large it is drawn, one step smaller, one step larger. */
export function ZoomTools({ shown, onStep }: ZoomToolsProps) {
  return (
    <>
      <span className="editor-zoom">{shown}</span>
      <IconButton size="small" label="Smaller" onClick={() => onStep(-1)}>
        <ZoomOut size={13} />
      </IconButton>
      <IconButton size="small" label="Larger" onClick={() => onStep(1)}>
        <ZoomIn size={13} />
      </IconButton>
    </>
  );
}
