import type { RunSummary } from '@sandglass/protocol';
import { formatLength } from './words.ts';

/** What the runs come to. */
export function RunsStats({ summary }: { summary: RunSummary | undefined }) {
  const judged = summary === undefined ? 0 : summary.pass + summary.fail + summary.unsure;
  const rounded = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 });
  const facts = [
    {
      value: judged === 0 ? '–' : `${Math.round((summary!.pass / judged) * 100)} %`,
      name: judged === 0 ? 'none judged yet' : `passed of ${judged} judged`,
    },
    { value: orDash(summary?.medianDurationMs, formatLength), name: 'median duration' },
    { value: orDash(summary?.medianCalls, rounded), name: 'median calls' },
    { value: orDash(summary?.interventionsPerRun, rounded), name: 'interventions per run' },
    { value: orDash(summary?.medianCostUsd, (usd) => `$${usd.toFixed(2)}`), name: 'median cost' },
  ];
  return (
    <dl className="runs-stats">
      {facts.map(({ value, name }) => (
        <div key={name}>
          <dd>{value}</dd>
          <dt>{name}</dt>
        </div>
      ))}
    </dl>
  );
}

const orDash = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? '–' : format(value);
