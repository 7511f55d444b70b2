/** What dialogs are given, and what they show of what they asked the server for. */
import type { Sandbox } from '@sandglass/protocol';
import type { ReactNode } from 'react';
import { FailedNote } from './Failed.tsx';

export interface OpenProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export interface SandboxDialogProps extends OpenProps {
  readonly sandbox: Sandbox;
}

/** Under way, or why it failed: `<FormDialog {...progressOf(save)} …>`. */
export function progressOf(asked: { readonly isPending: boolean; readonly error: unknown }): {
  busy: boolean;
  error: ReactNode;
} {
  return { busy: asked.isPending, error: asked.error === null ? null : <FailedNote error={asked.error} /> };
}
