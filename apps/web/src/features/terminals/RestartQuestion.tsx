import { Button, Dialog } from '@sandglass/ui';

interface RestartQuestionProps {
  readonly name: string;
  readonly onRestart: () => void;
  readonly onClose: () => void;
}

export function RestartQuestion({ name, onRestart, onClose }: RestartQuestionProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Restart “${name}”?`}
      description="What runs in it is hung up, and a new shell opens in its place. What it said stays in the recording."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="danger"
            onClick={() => {
              onClose();
              onRestart();
            }}
          >
            Restart
          </Button>
        </>
      }
    />
  );
}
