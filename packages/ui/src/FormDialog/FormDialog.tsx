import { type ReactNode, useId } from 'react';
import { Button } from '../Button/Button.tsx';
import { Dialog } from '../Dialog/Dialog.tsx';
import './formDialog.css';

export interface FormDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  /** Fields, one under the other. */
  readonly children: ReactNode;
  /** The word on the button that sends it, and what it says while that is under way. */
  readonly submitLabel: string;
  readonly busyLabel?: string;
  readonly cancelLabel?: string;
  readonly busy?: boolean;
  /** It cannot be sent yet. */
  readonly disabled?: boolean;
  /** What went wrong, under the fields; the dialog stays open with all that was typed. */
  readonly error?: ReactNode;
  readonly onSubmit: () => void;
}

/** A dialog that is a form: Enter sends it (in a text of many lines with Ctrl or ⌘), Escape leaves it, what is under way cannot be sent twice. */
export function FormDialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  submitLabel,
  busyLabel,
  cancelLabel = 'Cancel',
  busy = false,
  disabled = false,
  error,
  onSubmit,
}: FormDialogProps) {
  const formId = useId();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>{cancelLabel}</Button>
          <Button tone="primary" type="submit" form={formId} busy={busy} disabled={disabled}>
            {busy ? (busyLabel ?? submitLabel) : submitLabel}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="ui-form-dialog"
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          event.currentTarget.requestSubmit();
        }}
        onSubmit={(event) => {
          event.preventDefault();
          // Enter in a field comes here too, whatever the button says.
          if (!busy && !disabled) onSubmit();
        }}
      >
        {children}
        {error}
      </form>
    </Dialog>
  );
}
