import type { Run } from '@sandglass/protocol';
import { shownCells } from './words.ts';

const classes = { a: 'run-strip-agent', p: 'run-strip-person', e: 'run-strip-error' } as const;
const HEIGHT = 10;

/** What happened from its start to its end, at a glance: calls, acts of people, errors. */
export function Strip({ run }: { run: Pick<Run, 'strip' | 'durationMs' | 'calls' | 'errors' | 'interventions'> }) {
  const cells = shownCells(run.strip, run.durationMs);
  return (
    <svg
      className="run-strip"
      viewBox={`0 0 ${cells.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${run.calls} calls, ${run.errors} errors, ${run.interventions} interventions`}
    >
      {[...cells].map((cell, at) =>
        cell === '.' ? null : (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
            key={at}
            x={at + 0.12}
            width={0.76}
            height={HEIGHT}
            className={classes[cell as keyof typeof classes]}
          />
        ),
      )}
    </svg>
  );
}
