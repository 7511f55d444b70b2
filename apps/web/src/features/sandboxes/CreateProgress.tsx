import { Check, LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useSandboxes } from '../../platform/sandboxes.ts';
import './createProgress.css';
import type { Creation } from './createSandbox.ts';

/** How far a creation is, from what the server has told so far: asked → its machine is being made → its first command can run. */
export function CreateProgress({
  creation,
  name,
}: {
  creation: Pick<Creation, 'startedAtMs' | 'before'>;
  name: string | undefined;
}) {
  const sinceMs = useElapsed(creation.startedAtMs);
  const made = useSandboxes().data?.find(
    (sandbox) => !creation.before.has(sandbox.id) && (name === undefined || sandbox.name === name),
  );
  const steps = [
    { label: 'Asked', done: true },
    { label: made === undefined ? 'Making the machine' : `Made ${made.id}`, done: made !== undefined },
    { label: 'First command can run', done: made?.phase === 'running' },
  ];
  const current = steps.findIndex((step) => !step.done);
  return (
    <div className="progress" role="status">
      <ol>
        {steps.map((step, index) => (
          <li key={step.label} className={step.done ? 'progress-done' : index === current ? 'progress-now' : undefined}>
            {step.done ? (
              <Check size={13} />
            ) : index === current ? (
              <LoaderCircle size={13} className="progress-turn" />
            ) : (
              <span className="progress-dot" />
            )}
            {step.label}
          </li>
        ))}
      </ol>
      <span className="progress-time">
        {current < 0 ? steps.length : current} of {steps.length} · {(sinceMs / 1_000).toFixed(1)} s
      </span>
    </div>
  );
}

function useElapsed(startedAtMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, now - startedAtMs);
}
