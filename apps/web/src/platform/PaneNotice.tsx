import type { ReactNode } from 'react';
import './paneNotice.css';

interface PaneNoticeProps {
  /** `warn`: what is shown is not live. */
  readonly tone?: 'plain' | 'warn';
  /** `over`: floats over the pane's foot, where room taken from it would resize what it shows, for everyone. */
  readonly place?: 'foot' | 'over';
  readonly icon?: ReactNode;
  /** Buttons, at its end. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** One line at the foot of a pane that is not simply live and yours. */
export function PaneNotice({ tone = 'plain', place = 'foot', icon, action, children }: PaneNoticeProps) {
  return (
    <div className="pane-notice" data-tone={tone} data-place={place} role="status">
      {icon === undefined ? null : <span aria-hidden="true">{icon}</span>}
      <span>{children}</span>
      {action === undefined ? null : <span className="pane-notice-actions">{action}</span>}
    </div>
  );
}
