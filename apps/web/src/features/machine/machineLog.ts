/** What the machine itself went through, from its log: its life, its checkpoints, its screen, and where the recording has holes. */
import type { LogEvent } from '@sandglass/protocol';
import { formatDuration } from '../../platform/format.ts';

export type Level = 'info' | 'warning' | 'error';

export interface LogLine {
  readonly seq: number;
  readonly wallMs: number;
  readonly level: Level;
  readonly source: string;
  readonly text: string;
}

export function linesOf(events: readonly LogEvent[]): LogLine[] {
  return events.flatMap((event) => {
    const said = sayOf(event);
    return said === null ? [] : [{ seq: event.seq, wallMs: event.wallMs, ...said }];
  });
}

type Said = Pick<LogLine, 'level' | 'source' | 'text'>;

function sayOf(event: LogEvent): Said | null {
  switch (event.kind) {
    case 'sandbox.created':
      return info('lifecycle', `created from ${event.data.parent === null ? event.data.image : 'a checkpoint'}`);
    case 'sandbox.phase': {
      const { from, to, asked, reason } = event.data;
      const why = [asked === null ? '' : ` (asked: ${asked})`, reason === null ? '' : `: ${reason}`].join('');
      return { level: to === 'failed' ? 'error' : 'info', source: 'lifecycle', text: `${from} → ${to}${why}` };
    }
    case 'sandbox.updated':
      return info('settings', `changed: ${event.data.changed.join(', ')}`);
    case 'recorder.gap':
      return { level: 'warning', source: 'recorder', text: `${event.data.track}: ${event.data.reason}` };
    case 'recorder.stopped':
      return {
        level: 'warning',
        source: 'recorder',
        text:
          event.data.reason === 'private'
            ? 'a private moment began: nothing is recorded'
            : 'stopped: the disk that holds the recordings is full',
      };
    case 'recorder.resumed':
      return info(
        'recorder',
        `goes on after ${formatDuration((event.atUs - event.data.sinceUs) / 1_000)}: ${event.data.why}`,
      );
    case 'file.changed':
      return event.data.dropped === 0
        ? null
        : { level: 'warning', source: 'files', text: `${event.data.dropped} changes were too many to be named` };
    case 'terminal.exited': {
      const { code, signal } = event.data.exit;
      return info(
        'terminal',
        signal === null ? `a terminal ended with exit code ${code}` : `a terminal ended by ${signal}`,
      );
    }
    case 'screen.opened':
      return info('screen', `opened at ${event.data.width}×${event.data.height}`);
    case 'screen.resized':
      return info('screen', `now ${event.data.width}×${event.data.height}`);
    case 'checkpoint.created':
      return info(
        'checkpoints',
        `#${event.data.number} made${event.data.memory ? ' with memory' : ''}, stood still for ${formatDuration(event.data.stoppedMs)}`,
      );
    case 'checkpoint.restored':
      return info('checkpoints', `put back to #${event.data.number}`);
    default:
      return null;
  }
}

const info = (source: string, text: string): Said => ({ level: 'info', source, text });
