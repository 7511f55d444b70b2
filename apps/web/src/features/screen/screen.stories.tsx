import { AppError } from '@sandglass/protocol';
import type { ReactNode } from 'react';
import { ScreenFailed, ScreenGone, ScreenLoading, ScreenStale } from './ScreenStates.tsx';

export default { title: 'Panes/Screen' };

const at = (children: ReactNode) => (
  <div className="screen-pane" style={{ width: 560, height: 340 }}>
    {children}
  </div>
);
const error = new AppError('internal', 'The screen answered with what is no picture.');
const retry = () => undefined;
const nowMs = Date.UTC(2026, 0, 1, 12);

export const Loading = { render: () => at(<ScreenLoading />) };
export const Failed = { render: () => at(<ScreenFailed error={error} sandbox="sbx_7k2m" onRetry={retry} />) };
export const Gone = { render: () => at(<ScreenGone />) };
export const Stale = { render: () => at(<ScreenStale sinceMs={nowMs - 40_000} nowMs={nowMs} onRetry={retry} />) };
