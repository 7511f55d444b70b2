/** One row of the activity. */
import type { Actor, LogEvent } from '@sandglass/protocol';

export type RowKind =
  | 'exec'
  | 'files'
  | 'terminal'
  | 'checkpoint'
  | 'network'
  | 'screen'
  | 'window'
  | 'machine'
  | 'call'
  | 'look'
  | 'keys'
  | 'pointer'
  | 'browser'
  | 'page'
  | 'said'
  | 'run'
  | 'gate'
  | 'control'
  | 'question'
  | 'note'
  | 'rule'
  | 'gap';
export type Group = 'calls' | 'files' | 'network' | 'browser' | 'machine';

export interface Row {
  readonly key: number;
  readonly wallMs: number;
  readonly actor: Actor;
  /** Token of who did it. */
  readonly by: string | null;
  readonly kind: RowKind;
  readonly group: Group;
  readonly title: string;
  /** What a machine said or was told: shown in mono. */
  readonly detail: string;
  /** Short outcome after an arrow, such as `exit 1`. */
  readonly outcome: string | null;
  readonly state: 'running' | 'held' | 'done' | 'failed';
  readonly durationMs: number | null;
  /** How many of the same it stands for. */
  readonly times: number;
  /** The reply of the model that wanted it. */
  readonly cause?: RowLink;
  /** What was done of what this reply of the model wanted. */
  readonly effects?: readonly RowLink[];
}

/** The way to another row. */
export interface RowLink {
  readonly key: number;
  readonly words: string;
}

export type Event<K extends LogEvent['kind']> = Extract<LogEvent, { kind: K }>;

/** Of an event, with nothing said yet. */
export function base(event: LogEvent, kind: RowKind, group: Group): Row {
  return {
    key: event.seq,
    wallMs: event.wallMs,
    actor: event.actor,
    by: event.by,
    kind,
    group,
    title: '',
    detail: '',
    outcome: null,
    state: 'done',
    durationMs: null,
    times: 1,
  };
}
