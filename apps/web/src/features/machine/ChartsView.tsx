import { type Sandbox, wallMsAt } from '@sandglass/protocol';
import { EmptyState, Segments, Switch } from '@sandglass/ui';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { Failed } from '../../platform/Failed.tsx';
import { usePastRead } from '../../platform/pastRead.ts';
import { useIsPast } from '../../platform/playhead.ts';
import { isEnded } from '../../platform/status.ts';
import { ChartTable } from './ChartTable.tsx';
import { chartsOf, mergeSamples, type Range, ranges } from './charts.ts';
import { readStats } from './pastMachine.ts';
import { ScrollBox } from './ScrollBox.tsx';
import { StatsChart } from './StatsChart.tsx';
import { useStats } from './statsModel.ts';

/** What the sandbox used over the last minutes: from the recording, then live. */
export default function ChartsView({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  const client = useClient();
  const [range, setRange] = useState<Range>('15');
  const [asTable, setAsTable] = useState(false);
  const ended = isEnded(sandbox);
  const isPast = useIsPast();
  const { past, retry } = usePastRead(readStats);
  const live = useStats(sandbox.id, active && !ended && !isPast);
  const recorded = useQuery({
    queryKey: ['statsHistory', sandbox.id],
    queryFn: async ({ signal }) =>
      (
        await client.request('statsHistory', {
          params: { sandbox: sandbox.id },
          query: { lastMs: ranges['60'] },
          signal,
        })
      ).items,
    refetchInterval: active && !ended ? 60_000 : false,
    enabled: !isPast,
  });
  const shown = useMemo(() => {
    if (past.phase !== 'live') {
      const until = past.phase === 'shown' ? past.value : null;
      const samples = mergeSamples(until?.stats ?? [], []);
      return chartsOf(samples, ranges[range], until === null ? 0 : wallMsAt(sandbox, until.atUs));
    }
    const samples = mergeSamples(recorded.data ?? [], live);
    return chartsOf(samples, ranges[range], samples.at(-1)?.atMs ?? 0);
  }, [recorded.data, live, range, past, sandbox]);
  const { charts, atSeconds } = shown;
  if (past.phase === 'failed') return <Failed error={past.error} onRetry={retry} />;
  if (!isPast && recorded.isError && live.length === 0)
    return <Failed error={recorded.error} onRetry={() => void recorded.refetch()} />;
  return (
    <div className="machine-split">
      <div className="machine-tools">
        <Segments
          label="Minutes"
          value={range}
          onChange={setRange}
          segments={[
            { value: '5', label: '5 min' },
            { value: '15', label: '15 min' },
            { value: '60', label: '60 min' },
          ]}
        />
        <span className="machine-switch">
          <Switch label="As a table" checked={asTable} onChange={setAsTable} /> Table
        </span>
      </div>
      {atSeconds.length < 2 ? (
        <EmptyState
          title={
            (isPast ? past.phase === 'reading' : recorded.isPending) ? 'Reading the recording…' : 'Too new for a line'
          }
        >
          A sample is taken every ten seconds, and every second while you look.
        </EmptyState>
      ) : asTable ? (
        <ChartTable charts={charts} minutes={range} />
      ) : (
        <ScrollBox className="machine-charts" label="Charts">
          {charts.map((chart) => (
            <StatsChart key={chart.title} chart={chart} times={shown} />
          ))}
        </ScrollBox>
      )}
    </div>
  );
}
