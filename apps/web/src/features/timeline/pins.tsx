/** What people put on the timeline: notes at their moments, and the run that is reviewed. Over the canvas, not in it. */
import { formatElapsed } from '@sandglass/replay';
import { MessageSquare } from 'lucide-react';
import { type Scene, xOf } from './scene.ts';

export interface Pin {
  readonly id: string;
  readonly atUs: number;
  readonly text: string;
}

export interface RunRange {
  readonly id: string;
  readonly fromUs: number;
  /** null: it goes on. */
  readonly toUs: number | null;
}

const LONGEST_LABEL = 120;
/** The chip is small; what a finger or a shaking hand meets is not. */
const HIT_PX = 24;
const CHIP_LEFT_PX = 3;

export function Pins({
  pins,
  run,
  onShow,
}: {
  pins: readonly Pin[];
  run: RunRange | undefined;
  onShow: (atUs: number) => void;
}) {
  return (
    <>
      {run === undefined ? null : (
        <div className="timeline-run" data-part="run" data-from-us={run.fromUs} data-to-us={run.toUs ?? ''} />
      )}
      {pins.map(({ id, atUs, text }) => (
        <button
          key={id}
          type="button"
          className="timeline-pin"
          data-part="pin"
          data-at-us={atUs}
          title={text.slice(0, LONGEST_LABEL)}
          aria-label={`Note at ${formatElapsed(atUs)}: ${text.slice(0, LONGEST_LABEL)}`}
          onClick={() => onShow(atUs)}
        >
          <span className="timeline-pin-chip">
            <MessageSquare size={11} />
          </span>
        </button>
      ))}
    </>
  );
}

/** After each frame. Not by React: it moves with every step of a drag. */
export function placePins(over: HTMLElement, scene: Scene): void {
  const { body, axis } = scene.layout;
  for (const pin of over.querySelectorAll<HTMLElement>('[data-part="pin"]')) {
    const xPx = xOf(scene, Number(pin.dataset['atUs']));
    pin.style.transform = `translate(${Math.round(xPx) - CHIP_LEFT_PX}px, ${axis.topPx + axis.heightPx - HIT_PX}px)`;
    pin.style.setProperty('--pole', `${body.heightPx}px`);
    pin.style.visibility = xPx < -2 || xPx > scene.widthPx - 2 ? 'hidden' : 'visible';
  }
  const run = over.querySelector<HTMLElement>('[data-part="run"]');
  if (run === null) return;
  const { fromUs, toUs } = run.dataset;
  const left = Math.max(-8, xOf(scene, Number(fromUs)));
  const right = Math.min(scene.widthPx + 8, xOf(scene, toUs === '' ? scene.nowUs : Number(toUs)));
  run.style.left = `${left}px`;
  run.style.width = `${Math.max(2, right - left)}px`;
  run.style.height = `${body.heightPx}px`;
  run.style.visibility = right < left ? 'hidden' : 'visible';
}
