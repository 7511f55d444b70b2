import { Button, IconButton, Segments, toast } from '@sandglass/ui';
import { ClipboardPaste, Scaling } from 'lucide-react';
import { useStore } from '../../platform/store.ts';
import { CopiedChip } from './CopiedChip.tsx';
import type { ScreenModel } from './screenModel.ts';

export type ScreenScale = 'fit' | 'actual';

interface ScreenBarProps {
  readonly model: ScreenModel;
  readonly scale: ScreenScale;
  readonly onScale: (scale: ScreenScale) => void;
  readonly mayInput: boolean;
  readonly onFitRemote: () => void;
}

/** Size and scale of the picture, and the clipboards. */
export function ScreenBar({ model, scale, onScale, mayInput, onFitRemote }: ScreenBarProps) {
  const { size, copied } = useStore(model);
  const paste = async () => {
    try {
      const text = await navigator.clipboard.readText();
      if (text !== '' && model.sendClipboard(text))
        toast.say('Pasted into the sandbox’s clipboard', 'Paste it there with Ctrl+V.');
    } catch {
      toast.fail('Your browser did not give the clipboard', 'Click the desktop and press Ctrl+V instead.');
    }
  };
  return (
    <header className="screen-bar">
      <Segments
        label="Scale"
        value={scale}
        onChange={onScale}
        segments={[
          { value: 'fit', label: 'Fit' },
          { value: 'actual', label: '1:1' },
        ]}
      />
      {mayInput ? (
        <>
          <Button size="small" tone="quiet" icon={<Scaling size={13} />} onClick={onFitRemote}>
            Fit screen to pane
          </Button>
          <IconButton size="small" label="Give your clipboard to the sandbox" onClick={() => void paste()}>
            <ClipboardPaste size={13} />
          </IconButton>
        </>
      ) : null}
      <CopiedChip text={copied} onDone={() => model.dismissCopied()} />
      <span className="screen-size">{size === null ? '' : `${size.width}×${size.height}`}</span>
    </header>
  );
}
