import type { SandboxId } from '@sandglass/protocol';
import { IconButton } from '@sandglass/ui';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { useClient } from '../../platform/client.tsx';
import { EditorPath } from './EditorPath.tsx';

interface ViewBarProps {
  readonly sandbox: SandboxId;
  readonly path: string;
  /** What it is: its size, its dimensions, its kind. */
  readonly facts: string;
  readonly children?: ReactNode;
}

/** The head of a file that is looked at, not edited. */
export function ViewBar({ sandbox, path, facts, children }: ViewBarProps) {
  const client = useClient();
  return (
    <header className="editor-bar">
      <EditorPath path={path} />
      <span className="editor-saved">{facts}</span>
      {children}
      <IconButton
        size="small"
        label="Download"
        onClick={() => {
          const link = document.createElement('a');
          link.href = client.urlOf('readFile', { params: { sandbox }, query: { path } });
          link.download = path.slice(path.lastIndexOf('/') + 1);
          link.click();
        }}
      >
        <Download size={13} />
      </IconButton>
    </header>
  );
}
