import type { Sandbox } from '@sandglass/protocol';
import { CopyButton, EmptyState, Segments } from '@sandglass/ui';
import { useMemo, useState } from 'react';
import { useEvents } from '../../platform/events.ts';
import { eventsUpTo } from '../../platform/eventsUpTo.ts';
import { useMoment } from '../../platform/playhead.ts';
import { shownName } from '../../platform/shownName.ts';
import { type LogLine, linesOf } from './machineLog.ts';
import { ScrollBox } from './ScrollBox.tsx';

const MOST_DRAWN = 500;

/** What the machine went through, the newest first; also of one that has ended. */
export function LogView({ sandbox }: { sandbox: Sandbox }) {
  const { events, earlier, phase } = useEvents(sandbox.id);
  const [only, setOnly] = useState<'all' | 'problems'>('all');
  const momentUs = useMoment();
  const lines = useMemo(() => linesOf(eventsUpTo(events, momentUs)).reverse(), [events, momentUs]);
  const shown = only === 'all' ? lines : lines.filter((line) => line.level !== 'info');
  return (
    <div className="machine-split">
      <div className="machine-tools">
        <Segments
          label="Show"
          value={only}
          onChange={setOnly}
          segments={[
            { value: 'all', label: 'Everything' },
            { value: 'problems', label: 'Problems' },
          ]}
        />
        <CopyButton text={shown.map(textOf).join('\n')} label="Copy the log" />
      </div>
      {shown.length === 0 ? (
        <EmptyState title={only === 'all' ? 'Nothing yet' : 'No problems'}>
          {phase === 'loading'
            ? 'Reading the log…'
            : 'Its life, its checkpoints and holes in the recording appear here.'}
        </EmptyState>
      ) : (
        <ScrollBox label="Lines">
          <ol className="machine-log" aria-label="Log of the machine">
            {shown.slice(0, MOST_DRAWN).map((line) => (
              <li key={line.seq} data-level={line.level}>
                <time dateTime={new Date(line.wallMs).toISOString()} title={new Date(line.wallMs).toLocaleString()}>
                  {clockOf(line.wallMs)}
                </time>
                <span className="machine-source">{line.source}</span>
                <span>
                  {line.level === 'info' ? '' : `${line.level}: `}
                  {shownName(line.text)}
                </span>
              </li>
            ))}
          </ol>
        </ScrollBox>
      )}
      {earlier ? <p className="machine-rest">Older lines are in the recording.</p> : null}
    </div>
  );
}

const clockOf = (wallMs: number): string =>
  new Date(wallMs).toLocaleTimeString([], { hour12: false, hour: '2-digit', minute: '2-digit', second: '2-digit' });

const textOf = (line: LogLine): string =>
  `${new Date(line.wallMs).toISOString()} ${line.level} ${line.source} ${line.text}`;
