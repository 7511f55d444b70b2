import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import './tones.css';
import './pill.css';

export type Tone = 'ok' | 'warn' | 'err' | 'idle' | 'agent' | 'human' | 'check' | 'sand';

/** One state in a word, with a dot. `moving`: it is on its way and not there yet (the dot breathes, the border is dashed). */
export function Pill({
  tone,
  moving = false,
  children,
  className,
  icon,
}: {
  tone: Tone;
  moving?: boolean;
  children: ReactNode;
  className?: string;
  icon?: ReactNode;
}) {
  return (
    <span className={clsx('ui-pill', `ui-tone-${tone}`, moving && 'ui-pill-moving', className)}>
      {icon ?? <span className="ui-dot" />}
      {children}
    </span>
  );
}

/** The dot alone, beside a word that says the same. */
export function Dot({ tone, moving = false }: { tone: Tone; moving?: boolean }) {
  return <span aria-hidden="true" className={clsx('ui-dot', `ui-tone-${tone}`, moving && 'ui-dot-moving')} />;
}
