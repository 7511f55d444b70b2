import { Dialog } from '@sandglass/ui';
import { KeysList } from '../../platform/KeysList.tsx';

/** The keys that do something now, by what they belong to. */
export default function KeysDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keys of this view"
      description="Where you type into a machine or a text, letters stay there. Ctrl Alt Esc leaves a terminal or an editor."
    >
      <KeysList />
    </Dialog>
  );
}
