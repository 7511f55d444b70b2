import { AppError } from '@sandglass/protocol';
import type { ReactNode } from 'react';
import { ActivityFailed, ActivityLoading, ActivityStale, ActivityStopped } from './ActivityStates.tsx';

export default { title: 'Panes/Activity' };

const at = (children: ReactNode) => (
  <div className="activity" style={{ width: 348, height: 320 }}>
    {children}
  </div>
);
const error = new AppError('internal', 'The disk of the server answered with an error.', {
  details: { instance: 'req_5b1f0c' },
});
const retry = () => undefined;
const nowMs = Date.UTC(2026, 0, 1, 12);

export const Loading = { render: () => at(<ActivityLoading />) };
export const Failed = { render: () => at(<ActivityFailed error={error} sandbox="sbx_7k2m" onRetry={retry} />) };
export const Stopped = { render: () => at(<ActivityStopped error={error} sandbox="sbx_7k2m" onRetry={retry} />) };
export const Stale = { render: () => at(<ActivityStale sinceMs={nowMs - 40_000} nowMs={nowMs} onRetry={retry} />) };
