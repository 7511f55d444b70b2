import type { ReactNode } from 'react';
import { Button } from '../Button/Button.tsx';
import { Dialog } from '../Dialog/Dialog.tsx';
import './confirmDialog.css';

/** One line of what comes of it: `{ word: 'Lost', text: 'its files' }`. */
export interface Consequence {
  readonly word: string;
  readonly text: ReactNode;
}

export interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** The question, with the name of the thing. */
  readonly title: string;
  readonly description?: ReactNode;
  /** What is lost, what is kept. */
  readonly consequences?: readonly Consequence[];
  readonly children?: ReactNode;
  /** Verbs, never “OK”. */
  readonly confirmLabel: string;
  readonly busyLabel?: string;
  readonly cancelLabel?: string;
  readonly tone?: 'primary' | 'danger';
  readonly busy?: boolean;
  readonly error?: ReactNode;
  readonly onConfirm: () => void;
}

/** Asks before what cannot be taken back. It stays open until its owner closes it, so that a failure is seen where it was asked. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  description,
  consequences = [],
  children,
  confirmLabel,
  busyLabel,
  cancelLabel = 'Cancel',
  tone = 'danger',
  busy = false,
  error,
  onConfirm,
}: ConfirmDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>{cancelLabel}</Button>
          <Button tone={tone} busy={busy} onClick={onConfirm}>
            {busy ? (busyLabel ?? confirmLabel) : confirmLabel}
          </Button>
        </>
      }
    >
      <div className="ui-confirm">
        {consequences.length === 0 ? null : (
          <ul className="ui-consequences">
            {consequences.map(({ word, text }) => (
              <li key={word}>
                <b>{word}:</b> {text}
              </li>
            ))}
          </ul>
        )}
        {children}
        {error}
      </div>
    </Dialog>
  );
}
