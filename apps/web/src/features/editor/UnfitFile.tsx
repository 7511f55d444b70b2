import { Button, EmptyState } from '@sandglass/ui';
import { FileX } from 'lucide-react';

const words = {
  directory: { title: 'This is a directory', text: 'Open it in the Files pane.' },
  missing: {
    title: 'There is no such file any more',
    text: 'It was deleted or moved in the sandbox. It opens here by itself when it is back.',
  },
} as const;

/** There is nothing to show: why, and what can be done instead. */
export function UnfitFile({ reason, onRetry }: { reason: keyof typeof words; onRetry: () => void }) {
  const { title, text } = words[reason];
  return (
    <EmptyState icon={<FileX size={18} />} title={title} action={<Button onClick={onRetry}>Look again</Button>}>
      {text}
    </EmptyState>
  );
}
