import { createCanvasPlayer } from '@sandglass/replay';
import { Kbd, type Tone } from '@sandglass/ui';
import { Snowflake } from 'lucide-react';
import { type CSSProperties, type Ref, useEffect, useRef } from 'react';
import { usePane } from '../../platform/pane.ts';
import { useStore } from '../../platform/store.ts';
import { cursorStyle } from './cursorStyle.ts';
import type { ScreenScale } from './ScreenBar.tsx';
import type { ScreenModel } from './screenModel.ts';
import { useCapture } from './useCapture.ts';

interface ScreenStageProps {
  readonly model: ScreenModel;
  readonly scale: ScreenScale;
  readonly frozen: boolean;
  readonly tone: Tone;
  readonly moving: boolean;
  readonly ref: Ref<HTMLDivElement>;
}

/** The picture, in a border of the state's colour, and the invisible text field that takes the keyboard. */
export function ScreenStage({ model, scale, frozen, tone, moving, ref }: ScreenStageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { visible } = usePane();
  const { size, phase, mayInput } = useStore(model);
  const active = mayInput && !frozen;
  const capture = useCapture(model, canvas, active);

  useEffect(() => {
    const element = canvas.current;
    // A covered screen is not followed; coming back starts with the whole picture.
    if (element === null || !visible) return;
    const player = createCanvasPlayer(element, {
      onDrawn: ({ seq }) => model.handleDrawn(seq),
      onSize: (width, height) => model.handleSize(width, height),
      onCursor: (shape) => {
        element.style.cursor = cursorStyle(shape);
      },
    });
    const hide = model.show(player);
    return () => {
      hide();
      player.dispose();
    };
  }, [model, visible]);

  const ratio = size === null ? 1.6 : size.width / size.height;
  return (
    <div
      ref={ref}
      className={`screen-stage ui-tone-${capture.captured ? 'human' : tone}`}
      data-scale={scale}
      data-moving={moving || undefined}
      style={{ '--ratio': ratio } as CSSProperties}
    >
      <canvas
        ref={canvas}
        className="screen-canvas"
        data-dim={frozen || phase === 'lost' || phase === 'away' || phase === 'ended' || undefined}
        data-empty={size === null || undefined}
        {...capture.pointerHandlers}
      />
      <textarea
        ref={capture.keys}
        className="screen-keys"
        data-own-keys
        aria-label={active ? 'Keyboard of the desktop. Control Alt Escape leaves it.' : 'Desktop, view only'}
        readOnly={!active}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellCheck={false}
        {...capture.keyHandlers}
      />
      {frozen ? (
        <p className="screen-frozen">
          <Snowflake size={14} aria-hidden="true" /> Frozen
        </p>
      ) : null}
      {capture.captured ? (
        <p className="screen-leave">
          Keyboard is in the desktop. <Kbd>Ctrl</Kbd> <Kbd>Alt</Kbd> <Kbd>Esc</Kbd> leaves.
        </p>
      ) : null}
    </div>
  );
}
