import { AppError } from '@sandglass/protocol';
import type { ReactNode } from 'react';
import { TerminalFailed, TerminalLoading, TerminalStale, TerminalStopped } from './TerminalStates.tsx';

export default { title: 'Panes/Terminal' };

const at = (children: ReactNode) => (
  <div className="terminal-pane" style={{ width: 560, height: 240 }}>
    {children}
  </div>
);
const error = new AppError('sandboxLost', 'The daemon in the sandbox does not answer.', {
  details: { instance: 'req_5b1f0c' },
});
const retry = () => undefined;
const nowMs = Date.UTC(2026, 0, 1, 12);

export const Loading = { render: () => at(<TerminalLoading />) };
export const Failed = { render: () => at(<TerminalFailed error={error} terminal="trm_4f2a" onRetry={retry} />) };
export const Stopped = { render: () => at(<TerminalStopped error={error} terminal="trm_4f2a" onRetry={retry} />) };
export const Stale = { render: () => at(<TerminalStale sinceMs={nowMs - 40_000} nowMs={nowMs} onRetry={retry} />) };
