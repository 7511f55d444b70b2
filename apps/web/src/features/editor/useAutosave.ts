import { useEffect, useRef } from 'react';
import { usePreferences } from '../../platform/preferences.ts';
import { useStore } from '../../platform/store.ts';
import type { DocumentModel } from './documentModel.ts';

/** So long after the last key. */
const PAUSE_MS = 1_000;

/** Saves by itself where the person wants it; never over what somebody else wrote, and not again after it failed. */
export function useAutosave(model: DocumentModel, mayWrite: boolean): void {
  const { autosave } = usePreferences().editor;
  const state = useStore(model);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wanted = autosave === 'pause' && mayWrite && state.phase === 'shown' && state.dirty && state.trouble === null;
  useEffect(() => {
    if (!wanted) return;
    const arm = () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void model.save(), PAUSE_MS);
    };
    arm();
    const stop = model.onEdit(arm);
    return () => {
      stop();
      clearTimeout(timer.current);
    };
  }, [wanted, model]);
}
