import type { SandboxId } from '@sandglass/protocol';
import { Button, EmptyState } from '@sandglass/ui';
import { FileX } from 'lucide-react';
import { useClient } from '../../platform/client.tsx';
import { formatBytes } from '../../platform/format.ts';
import { type DocumentState, MAX_TEXT_BYTES } from './documentModel.ts';

interface UnfitFileProps {
  readonly sandbox: SandboxId;
  readonly path: string;
  readonly state: Extract<DocumentState, { phase: 'unfit' }>;
  readonly onRetry: () => void;
}

const titles = {
  binary: 'This file is not text',
  tooLarge: 'This file is too large for the editor',
  directory: 'This is a directory',
  missing: 'There is no such file any more',
} as const;

/** A file the editor cannot show: why, and what can be done instead. */
export function UnfitFile({ sandbox, path, state, onRetry }: UnfitFileProps) {
  const client = useClient();
  const hasContent = state.reason === 'binary' || state.reason === 'tooLarge';
  const download = () => {
    const link = document.createElement('a');
    link.href = client.urlOf('readFile', { params: { sandbox }, query: { path } });
    link.download = path.slice(path.lastIndexOf('/') + 1);
    link.click();
  };
  return (
    <EmptyState
      icon={<FileX />}
      title={titles[state.reason]}
      action={<Button onClick={hasContent ? download : onRetry}>{hasContent ? 'Download it' : 'Look again'}</Button>}
    >
      {explain(state)}
    </EmptyState>
  );
}

function explain(state: UnfitFileProps['state']): string {
  switch (state.reason) {
    case 'binary':
      return 'It holds bytes that are not UTF-8. Download it, or look at it in a terminal.';
    case 'tooLarge':
      return `It is ${formatBytes(state.sizeBytes)}; the editor takes up to ${formatBytes(MAX_TEXT_BYTES)}. Download it, or use a terminal's tools.`;
    case 'directory':
      return 'Open it in the Files pane.';
    case 'missing':
      return 'It was deleted or moved in the sandbox. It opens here by itself when it is back.';
  }
}
