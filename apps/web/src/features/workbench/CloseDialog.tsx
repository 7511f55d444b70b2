import { Button, Dialog } from '@sandglass/ui';

export type CloseQuestion =
  | { readonly kind: 'none' }
  | { readonly kind: 'unsaved'; readonly pane: string; readonly name: string }
  | { readonly kind: 'terminal'; readonly pane: string; readonly name: string };

/** Asked only when closing could lose something. */
export function CloseDialog({
  question,
  onClose,
  onHangUp,
  onKeep,
}: {
  question: CloseQuestion;
  onClose: () => void;
  onHangUp: () => void;
  onKeep: () => void;
}) {
  const terminal = question.kind === 'terminal';
  return (
    <Dialog
      open={question.kind !== 'none'}
      onOpenChange={(open) => (open ? undefined : onKeep())}
      title={question.kind === 'none' ? '' : `Close ${question.name}?`}
      actions={
        terminal ? (
          <>
            <Button onClick={onKeep}>Keep it open</Button>
            <Button onClick={onClose}>Hide</Button>
            <Button tone="danger" onClick={onHangUp}>
              Hang up
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onKeep}>Keep it open</Button>
            <Button tone="danger" onClick={onClose}>
              Close without saving
            </Button>
          </>
        )
      }
    >
      {terminal
        ? 'Hidden, it runs on, and you find it again under Panes. Hung up, its shell and what runs in it end.'
        : 'What you changed in this file since it was last saved would be lost.'}
    </Dialog>
  );
}
