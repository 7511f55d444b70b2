import type { Miniature, Sandbox } from '@sandglass/protocol';
import { useEffect, useRef, useState } from 'react';
import { useClient, useConnection } from '../../platform/client.tsx';
import { shownName } from '../../platform/shownName.ts';
import type { Summary } from '../../platform/summary.ts';
import { paintMiniature, paintPicture, readPalette } from './paint.ts';

type Shown = 'nothing' | 'picture' | 'terminal' | 'none';

/** A sandbox as it looks now: its screen, or its busiest terminal, or, where there is neither, its last calls. */
export function Thumb({ sandbox, active, lines }: { sandbox: Sandbox; active: boolean; lines: readonly Summary[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useThumbnail(sandbox, active, canvas);
  const name = shownName(sandbox.name).slice(0, 80);
  const label = shown === 'terminal' ? `Terminal of ${name}` : `Screen of ${name}`;
  const isThere = shown === 'picture' || shown === 'terminal';
  return (
    <>
      <canvas
        ref={canvas}
        className={`card-canvas card-canvas-${shown}`}
        {...(isThere ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
      />
      {shown === 'none' && lines.length > 0 ? <Lines lines={lines} /> : null}
      {shown === 'picture' || shown === 'terminal' ? <Live sandbox={sandbox} active={active} /> : null}
    </>
  );
}

/** Only where what is shown is of now. */
function Live({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  const connected = useConnection() === 'live';
  if (!active || !connected || sandbox.phase !== 'running') return null;
  return (
    <span className="card-live" aria-hidden="true">
      <i /> LIVE
    </span>
  );
}

function Lines({ lines }: { lines: readonly Summary[] }) {
  return (
    <div className="card-lines" aria-hidden="true">
      {lines.map((line) => (
        <span key={line.seq}>
          <b>{line.verb === 'exec' ? '$' : '·'}</b> {line.verb === 'exec' ? '' : `${line.verb} `}
          {line.detail.slice(0, 200)}
        </span>
      ))}
    </div>
  );
}

function useThumbnail(sandbox: Sandbox, active: boolean, canvas: React.RefObject<HTMLCanvasElement | null>): Shown {
  const client = useClient();
  const [shown, setShown] = useState<Shown>('nothing');
  const { id } = sandbox;
  const isReady = sandbox.phase !== 'creating';
  useEffect(() => {
    if (!active || !isReady) return;
    let last: Miniature | null = null;
    let isStopped = false;
    const draw = () => {
      if (last !== null && canvas.current !== null) paintMiniature(canvas.current, last, readPalette());
    };
    let stop = () => {};
    try {
      stop = client.handle({ id } as Sandbox).thumbnails.watch({
        onPicture: (jpeg) => {
          const place = canvas.current;
          // A picture that cannot be read leaves the one before it.
          if (place !== null)
            void paintPicture(place, jpeg).then(
              () => isStopped || setShown('picture'),
              () => {},
            );
        },
        onMiniature: (miniature) => {
          last = miniature;
          setShown(miniature === null ? 'none' : 'terminal');
          draw();
        },
        onEnded: (end) => {
          if (end.reason === 'error') setShown((before) => (before === 'nothing' ? 'none' : before));
        },
      });
    } catch {
      // More in view than one page may follow.
      setShown((before) => (before === 'nothing' ? 'none' : before));
    }
    // Text is drawn for its size and its theme.
    const sizes = new ResizeObserver(draw);
    if (canvas.current !== null) sizes.observe(canvas.current);
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      isStopped = true;
      stop();
      sizes.disconnect();
      theme.disconnect();
    };
  }, [client, id, active, isReady, canvas]);
  return shown;
}
