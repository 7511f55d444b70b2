import type { ReactNode } from 'react';
import './emptyState.css';

/** Nothing here, why, and what to do next. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="ui-empty">
      {icon === undefined ? null : <div className="ui-empty-icon">{icon}</div>}
      <p className="ui-empty-title">{title}</p>
      {children === undefined ? null : <div className="ui-empty-text">{children}</div>}
      {action === undefined ? null : <div className="ui-empty-action">{action}</div>}
    </div>
  );
}
