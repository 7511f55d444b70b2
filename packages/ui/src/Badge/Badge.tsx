import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import '../Pill/tones.css';
import type { Tone } from '../Pill/Pill.tsx';
import './badge.css';

/** A number or one short word beside a name. `title` says what is counted where the name does not. */
export function Badge({ tone, children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={clsx('ui-badge', tone !== undefined && `ui-badge-tone ui-tone-${tone}`)} title={title}>
      {children}
    </span>
  );
}
