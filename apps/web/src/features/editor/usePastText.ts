import type { SandboxId } from '@sandglass/protocol';
import { useEffect, useMemo } from 'react';
import { describeFailure } from '../../platform/errors.ts';
import { usePastFiles } from '../../platform/pastFiles.ts';
import { useStore } from '../../platform/store.ts';
import { PastDocument } from './pastDocument.ts';

/** `text` null: it was not there. */
export type PastTextState =
  | { readonly phase: 'reading' }
  | { readonly phase: 'text'; readonly text: string | null }
  | { readonly phase: 'none'; readonly why: string };

/** The text of a file at the moment of the playhead. */
export function usePastText(sandbox: SandboxId, path: string): PastTextState {
  const { past } = usePastFiles(sandbox);
  const document = useMemo(() => new PastDocument(path), [path]);
  const state = useStore(document);
  useEffect(() => {
    if (past.phase === 'shown') void document.show(past.value);
  }, [past, document]);
  if (past.phase === 'none') return { phase: 'none', why: 'No files were recorded yet. Move the playhead on.' };
  if (past.phase === 'failed') return { phase: 'none', why: describeFailure(past.error).detail };
  if (state.phase === 'text') return { phase: 'text', text: state.text };
  if (state.phase === 'missing') return { phase: 'text', text: null };
  if (state.phase === 'lost') return { phase: 'none', why: state.why };
  if (state.phase === 'failed') return { phase: 'none', why: describeFailure(state.error).detail };
  return state.phase === 'bytes' ? { phase: 'none', why: 'It was no text then.' } : { phase: 'reading' };
}
