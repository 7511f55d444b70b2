import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import './staleNote.css';

/** What is below is not of now: since when, why, and what is done about it. `moving`: it is being fetched anew. */
export function StaleNote({
  children,
  action,
  moving = false,
}: {
  children: ReactNode;
  action?: ReactNode;
  moving?: boolean;
}) {
  return (
    <div className="ui-stale" role="status" data-moving={moving || undefined}>
      <History size={14} className="ui-stale-icon" />
      <div className="ui-stale-text">{children}</div>
      {action}
    </div>
  );
}
