import { Button, IconButton, Segments } from '@sandglass/ui';
import { FolderTree, Save, Undo2 } from 'lucide-react';
import { usePaneActions } from '../../platform/pane.ts';
import type { DocumentModel, DocumentState } from './documentModel.ts';
import { EditorPath } from './EditorPath.tsx';

interface EditorBarProps {
  readonly path: string;
  readonly state: Extract<DocumentState, { phase: 'shown' }>;
  readonly readOnly: string | null;
  readonly model: DocumentModel;
  /** Back to what the source draws. */
  readonly onPicture: (() => void) | undefined;
  /** Of a page: whether it is drawn instead of its source. */
  readonly preview: { readonly on: boolean; readonly set: (on: boolean) => void } | undefined;
}

/** Where the file is, and whether it is saved. */
export function EditorBar({ path, state, readOnly, model, onPicture, preview }: EditorBarProps) {
  const { revealFile } = usePaneActions();
  return (
    <header className="editor-bar">
      <EditorPath path={path} />
      <span className="editor-saved" role="status">
        {state.saving ? 'Saving…' : state.dirty ? 'Not saved' : readOnly === null ? 'Saved' : 'Read only'}
      </span>
      {onPicture === undefined ? null : (
        <Button size="small" onClick={onPicture}>
          Picture
        </Button>
      )}
      {preview === undefined ? null : (
        <Segments
          label="Show as"
          value={preview.on ? 'preview' : 'source'}
          segments={[
            { value: 'preview', label: 'Preview' },
            { value: 'source', label: 'Source' },
          ]}
          onChange={(next) => preview.set(next === 'preview')}
        />
      )}
      <IconButton size="small" label="Show in Files" onClick={() => revealFile(path)}>
        <FolderTree size={13} />
      </IconButton>
      {state.dirty ? (
        <IconButton size="small" label="Throw away the changes" onClick={() => void model.revert()}>
          <Undo2 size={13} />
        </IconButton>
      ) : null}
      <Button
        size="small"
        icon={<Save size={13} />}
        busy={state.saving}
        disabled={!state.dirty || readOnly !== null}
        title="Ctrl+S"
        onClick={() => void model.save()}
      >
        Save
      </Button>
    </header>
  );
}
