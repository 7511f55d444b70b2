import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyButton } from '../CopyButton/CopyButton.tsx';
import './errorState.css';

interface ErrorProps {
  /** What happened, in a sentence's worth. */
  readonly title: string;
  /** The next step, and what was kept. */
  readonly children?: ReactNode;
  /** To quote in a report. */
  readonly id?: string | undefined;
  readonly action?: ReactNode;
}

/** A view that could not be shown. */
export function ErrorState({ title, children, id, action }: ErrorProps) {
  return (
    <div className="ui-error" role="alert">
      <CircleAlert size={18} className="ui-error-icon" />
      <p className="ui-error-title">{title}</p>
      {children === undefined ? null : <div className="ui-error-text">{children}</div>}
      {id === undefined ? null : <ErrorId id={id} />}
      {action === undefined ? null : <div className="ui-error-action">{action}</div>}
    </div>
  );
}

/** An error inside a form or a list, on one strip. */
export function ErrorNote({ title, children, id, action }: ErrorProps) {
  return (
    <div className="ui-error-note" role="alert">
      <CircleAlert size={14} className="ui-error-icon" />
      <div>
        <p className="ui-error-title">{title}</p>
        {children === undefined ? null : <div className="ui-error-text">{children}</div>}
        {id === undefined ? null : <ErrorId id={id} />}
      </div>
      {action}
    </div>
  );
}

function ErrorId({ id }: { id: string }) {
  return (
    <p className="ui-error-id">
      <span>id {id}</span>
      <CopyButton text={id} label="Copy the error's id" />
    </p>
  );
}
