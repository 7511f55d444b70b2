import { Button, IconButton, Kbd, Segments } from '@sandglass/ui';
import { ClipboardPaste, Hand, Keyboard, KeyboardOff, Maximize, Minimize } from 'lucide-react';
import { useEffect } from 'react';
import { formatBytes } from '../../platform/format.ts';
import { useStore } from '../../platform/store.ts';
import { CopiedChip } from './CopiedChip.tsx';
import { ScreenMenu } from './ScreenMenu.tsx';
import type { ScreenCommands } from './screenCommands.ts';
import type { ScreenModel } from './screenModel.ts';
import type { ScreenViewModel } from './screenView.ts';

interface ScreenBarProps {
  readonly model: ScreenModel;
  readonly view: ScreenViewModel;
  readonly commands: ScreenCommands;
  /** The keyboard is the desktop's now. */
  readonly captured: boolean;
  readonly full: boolean;
}

/** How the picture is looked at, the clipboards, and the way out of the keyboard. */
export function ScreenBar({ model, view, commands, captured, full }: ScreenBarProps) {
  const { size, copied } = useStore(model);
  const { scale, zoom, panning, measured } = useStore(view);
  const { giveClipboard, fullScreen, showKeyboard } = commands;
  return (
    <header className="screen-bar">
      <Segments
        label="Scale"
        value={scale}
        onChange={(next) => view.setScale(next)}
        segments={[
          { value: 'fit', label: 'Fit' },
          { value: 'actual', label: '1:1' },
        ]}
      />
      {zoom > 1 ? (
        <Button size="small" tone="quiet" onClick={() => view.setScale(scale)}>
          {Math.round(zoom * 100)}% · back
        </Button>
      ) : null}
      {view.larger && commands.mayInput ? (
        <IconButton
          size="small"
          label={panning ? 'Use the desktop’s pointer' : 'Move the view'}
          pressed={panning}
          onClick={() => view.setPanning(!panning)}
        >
          <Hand size={13} />
        </IconButton>
      ) : null}
      {giveClipboard === undefined ? null : (
        <IconButton size="small" label="Give your clipboard to the sandbox" onClick={giveClipboard}>
          <ClipboardPaste size={13} />
        </IconButton>
      )}
      {captured ? (
        <Button size="small" tone="human" icon={<KeyboardOff size={12} />} onClick={commands.leave}>
          <span className="screen-wide">Leave the keyboard </span>
          <Kbd>Ctrl Alt Esc</Kbd>
        </Button>
      ) : showKeyboard === undefined ? null : (
        <IconButton size="small" label="Use the keyboard in the desktop" onClick={showKeyboard}>
          <Keyboard size={14} />
        </IconButton>
      )}
      <CopiedChip text={copied} onDone={() => model.dismissCopied()} />
      <span className="screen-size">
        {size === null ? '' : `${size.width}×${size.height}`}
        {measured ? <Rate model={model} /> : null}
      </span>
      {fullScreen === undefined ? null : (
        <IconButton size="small" label={full ? 'Leave full screen' : 'Full screen'} onClick={fullScreen}>
          {full ? <Minimize size={13} /> : <Maximize size={13} />}
        </IconButton>
      )}
      <ScreenMenu view={view} commands={commands} />
    </header>
  );
}

const TELL_EVERY_MS = 1_000;

function Rate({ model }: { model: ScreenModel }) {
  const { framesPerSecond, bytesPerSecond, responseMs } = useStore(model.meter);
  useEffect(() => {
    model.meter.tell();
    const timer = setInterval(() => model.meter.tell(), TELL_EVERY_MS);
    return () => clearInterval(timer);
  }, [model]);
  return (
    <span title="Pictures and bytes of the last second; time from your key or click to the next change">
      {` · ${framesPerSecond} fps · ${formatBytes(bytesPerSecond)}/s`}
      {responseMs === null ? '' : ` · ${Math.round(responseMs)} ms`}
    </span>
  );
}
