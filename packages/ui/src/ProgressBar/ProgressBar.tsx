import { Progress as Base } from '@base-ui/react/progress';
import { clsx } from 'clsx';
import type { Tone } from '../Pill/Pill.tsx';
import '../Pill/tones.css';
import './progressBar.css';

/**
 * How far something is, in a bar and in numbers (`text`: `12 of 40 MB`). `value` null: it goes on, and nobody knows how far
 * it is. `hidesLabel`: the words around it name it already.
 */
export function ProgressBar({
  label,
  value,
  most = 100,
  text,
  tone = 'sand',
  hidesLabel = false,
}: {
  label: string;
  value: number | null;
  most?: number;
  text?: string;
  tone?: Tone;
  hidesLabel?: boolean;
}) {
  const shown = text ?? (value === null ? '' : `${Math.floor((value / most) * 100)} %`);
  return (
    <Base.Root
      className={clsx('ui-progress', `ui-tone-${tone}`)}
      value={value === null ? null : Math.min(most, Math.max(0, value))}
      max={most}
      aria-label={hidesLabel ? label : undefined}
      aria-valuetext={shown === '' ? 'under way' : shown}
    >
      {hidesLabel ? null : (
        <div className="ui-progress-words">
          <Base.Label>{label}</Base.Label>
          <span className="ui-progress-numbers">{shown}</span>
        </div>
      )}
      <Base.Track className="ui-progress-track">
        <Base.Indicator className="ui-progress-bar" />
      </Base.Track>
    </Base.Root>
  );
}
