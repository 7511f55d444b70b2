import { Button } from '@sandglass/ui';
import type { ReactNode } from 'react';
import { describeFailure } from '../../platform/errors.ts';
import type { DocumentModel, DocumentState } from './documentModel.ts';

interface EditorNoticeProps {
  readonly state: Extract<DocumentState, { phase: 'shown' }>;
  readonly readOnly: string | null;
  readonly model: DocumentModel;
}

/** What the person must know about the file, with what to do. One line at a time, the most pressing first. */
export function EditorNotice({ state, readOnly, model }: EditorNoticeProps) {
  const { trouble } = state;
  switch (trouble?.kind) {
    case 'conflict':
      return null;
    case 'changed':
      return (
        <Strip tone="warn" text="The file changed in the sandbox. Your text is untouched.">
          <Button size="small" onClick={() => void model.compare()}>
            Compare
          </Button>
        </Strip>
      );
    case 'deleted':
      return (
        <Strip tone="warn" text="The file was deleted in the sandbox. Your text is still here.">
          {readOnly === null ? (
            <Button size="small" onClick={() => void model.overwrite()}>
              Write it again
            </Button>
          ) : null}
        </Strip>
      );
    case 'saveFailed': {
      const failure = describeFailure(trouble.error);
      return (
        <Strip tone="err" text={`Not saved: ${failure.detail} Your text is kept here.`}>
          <Button size="small" disabled={readOnly !== null} onClick={() => void model.save()}>
            Save again
          </Button>
        </Strip>
      );
    }
    default:
      if (readOnly !== null) return <Strip tone="idle" text={readOnly} />;
      if (!state.restoredDraft) return null;
      return (
        <Strip tone="idle" text="Your unsaved text from before is back.">
          <Button size="small" onClick={() => void model.revert()}>
            Throw it away
          </Button>
        </Strip>
      );
  }
}

function Strip({ tone, text, children }: { tone: 'warn' | 'err' | 'idle'; text: string; children?: ReactNode }) {
  return (
    <div className={`editor-notice editor-notice-${tone}`} role={tone === 'idle' ? 'status' : 'alert'}>
      <p>{text}</p>
      {children}
    </div>
  );
}
