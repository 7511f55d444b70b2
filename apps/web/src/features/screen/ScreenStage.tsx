import { createCanvasPlayer } from '@sandglass/replay';
import { Skeleton, type Tone } from '@sandglass/ui';
import { Snowflake } from 'lucide-react';
import { type CSSProperties, type RefObject, useContext, useEffect, useState } from 'react';
import { usePane } from '../../platform/pane.ts';
import { ScreenOverlayContext } from '../../platform/screenOverlay.ts';
import { useStore } from '../../platform/store.ts';
import { CursorLayer } from './CursorLayer.tsx';
import { cursorStyle } from './cursorStyle.ts';
import { StrokeLayer } from './StrokeLayer.tsx';
import type { ScreenModel } from './screenModel.ts';
import type { ScreenViewModel } from './screenView.ts';
import type { useCapture } from './useCapture.ts';
import { usePan } from './usePan.ts';
import { useTouch } from './useTouch.ts';

interface ScreenStageProps {
  readonly model: ScreenModel;
  readonly view: ScreenViewModel;
  readonly capture: ReturnType<typeof useCapture>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly stage: RefObject<HTMLDivElement | null>;
  readonly active: boolean;
  readonly frozen: boolean;
  readonly tone: Tone;
  readonly moving: boolean;
}

/** The picture, in a border of the state's colour, and the invisible text field that takes the keyboard. */
export function ScreenStage({ model, view, capture, canvas, stage, active, frozen, tone, moving }: ScreenStageProps) {
  const { visible } = usePane();
  const overlay = useContext(ScreenOverlayContext);
  const { size, phase } = useStore(model);
  const { scale, zoom, panning } = useStore(view);
  const [cursor, setCursor] = useState('default');
  const touch = useTouch({ model, view, canvas, stage, active });
  const pan = usePan(panning || (!active && (scale === 'actual' || zoom > 1)));

  useEffect(() => {
    const element = canvas.current;
    // A covered screen is not followed; coming back starts with the whole picture.
    if (element === null || !visible) return;
    const player = createCanvasPlayer(element, {
      onDrawn: ({ seq }) => model.handleDrawn(seq),
      onSize: (width, height) => model.handleSize(width, height),
      onCursor: (shape) => setCursor(cursorStyle(shape)),
    });
    const hide = model.show(player);
    return () => {
      hide();
      player.dispose();
    };
  }, [model, visible, canvas]);

  const ratio = size === null ? 1.6 : size.width / size.height;
  const style = { '--ratio': ratio, '--zoom': zoom, '--width': `${size?.width ?? 1_280}px` } as CSSProperties;
  const { pointerHandlers: mouse } = capture;
  return (
    <div
      ref={stage}
      className={`screen-stage ui-tone-${capture.captured ? 'human' : tone}`}
      data-scale={scale}
      data-larger={view.larger || undefined}
      data-panning={panning || undefined}
      data-moving={moving || undefined}
      style={style}
      {...pan}
    >
      <div className="screen-frame">
        <canvas
          ref={canvas}
          className="screen-canvas"
          style={{ cursor: panning || !active ? undefined : cursor }}
          data-dim={frozen || phase === 'lost' || phase === 'away' || phase === 'ended' || undefined}
          data-empty={size === null || undefined}
          {...mouse}
          onPointerDown={(event) => {
            touch.onPointerDown(event);
            mouse.onPointerDown(event);
          }}
          onPointerMove={(event) => {
            touch.onPointerMove(event);
            mouse.onPointerMove(event);
          }}
          onPointerUp={(event) => {
            touch.onPointerUp(event);
            mouse.onPointerUp(event);
          }}
          onPointerCancel={(event) => {
            touch.onPointerCancel(event);
            mouse.onPointerCancel();
          }}
        />
        {size === null && phase === 'connecting' ? (
          <div className="screen-connecting" role="status" aria-label="Connecting to the screen">
            <Skeleton height="100%" />
          </div>
        ) : null}
        {size === null ? null : <CursorLayer cursors={model.cursors} size={size} />}
        {size === null ? null : overlay}
        <StrokeLayer strokes={model.strokes} />
      </div>
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
    </div>
  );
}
