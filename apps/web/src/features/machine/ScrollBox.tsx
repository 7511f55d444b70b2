import { clsx } from 'clsx';
import type { ReactNode } from 'react';

interface ScrollBoxProps {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** What scrolls can be reached and scrolled by keyboard, also where nothing in it can be pressed. */
export function ScrollBox({ label, className, children }: ScrollBoxProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll it
    <section className={clsx('machine-scroll', className)} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
