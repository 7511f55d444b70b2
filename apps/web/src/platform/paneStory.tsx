/** What the stories of panes share: a frame, a failure, a link that is away. */
import { AppError, type ErrorCode } from '@sandglass/protocol';
import type { ReactNode } from 'react';
import type { PaneAway, PaneFailure } from './paneStates.tsx';

const onRetry = () => undefined;
const nowMs = Date.UTC(2026, 0, 1, 12);

/** As large as a person sees it, since a pane fills what it is in. */
export function framed(className: string, widthPx: number, heightPx: number) {
  return (children: ReactNode) => ({
    render: () => (
      <div className={className} style={{ width: widthPx, height: heightPx }}>
        {children}
      </div>
    ),
  });
}

export function failureOf(id: string, code: ErrorCode, message: string, instance?: string): PaneFailure {
  return {
    id,
    error: new AppError(code, message, { details: { ...(instance === undefined ? {} : { instance }) } }),
    onRetry,
  };
}

export const away: PaneAway = { sinceMs: nowMs - 40_000, nowMs, onRetry };
