import type { Actor } from '@sandglass/protocol';
import { Button, IconButton } from '@sandglass/ui';
import { clsx } from 'clsx';
import {
  AppWindow,
  Bot,
  Box,
  Brain,
  Camera,
  CircleDot,
  CirclePause,
  FilePen,
  Flag,
  Globe,
  Hand,
  Keyboard,
  MessageCircleQuestion,
  MessageSquare,
  MonitorUp,
  MousePointerClick,
  PanelTop,
  Settings2,
  SquareTerminal,
  Target,
  TriangleAlert,
  Undo2,
  Zap,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { formatClock, formatDuration } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';
import { breakTextOf } from './breakText.ts';
import { RowLinks } from './RowLinks.tsx';
import type { Row, RowKind } from './rows.ts';

const icons: Record<RowKind, ReactNode> = {
  exec: <SquareTerminal size={14} />,
  files: <FilePen size={14} />,
  terminal: <SquareTerminal size={14} />,
  checkpoint: <Flag size={14} />,
  network: <Globe size={14} />,
  screen: <MonitorUp size={14} />,
  window: <AppWindow size={14} />,
  machine: <Box size={14} />,
  call: <Zap size={14} />,
  look: <Camera size={14} />,
  keys: <Keyboard size={14} />,
  pointer: <MousePointerClick size={14} />,
  page: <PanelTop size={14} />,
  browser: <Globe size={14} />,
  said: <Brain size={14} />,
  run: <Target size={14} />,
  gate: <CirclePause size={14} />,
  control: <Hand size={14} />,
  question: <MessageCircleQuestion size={14} />,
  note: <MessageSquare size={14} />,
  rule: <CircleDot size={14} />,
  gap: <TriangleAlert size={14} />,
};
const actors: Record<Actor, { name: string; icon: ReactNode }> = {
  agent: { name: 'Agent', icon: <Bot size={11} /> },
  person: { name: 'Person', icon: <Hand size={11} /> },
  system: { name: 'System', icon: <Settings2 size={11} /> },
};

/** One row: when · who did what kind of thing · what, and what came of it · how long. */
export function ActivityRow({
  row,
  mine,
  name,
  reached,
  onBreak,
  onUndo,
  onGo,
}: {
  row: Row;
  mine: boolean;
  /** Of the person who did it, where the log says it. */
  name?: string | undefined;
  /** The arrows have led to it. */
  reached: boolean;
  /** Makes a breakpoint of it; absent where that cannot be. */
  onBreak?: ((row: Row) => void) | undefined;
  /** Takes back what it tells of; absent where that cannot be. */
  onUndo?: (() => void) | undefined;
  /** Leads to another row. */
  onGo: (key: number) => void;
}) {
  const actor = actors[row.actor];
  return (
    <article
      className={clsx(
        'activity-row',
        `activity-${row.actor}`,
        row.kind === 'checkpoint' && 'activity-checkpoint',
        row.state === 'failed' && 'activity-failed',
        row.state === 'held' && 'activity-held',
      )}
      // The arrows lead here; Tab leads past.
      tabIndex={-1}
      aria-label={spokenRow(row, mine, name)}
    >
      <time dateTime={new Date(row.wallMs).toISOString()} title={new Date(row.wallMs).toLocaleString()}>
        {formatClock(row.wallMs)}
      </time>
      <span className="activity-icon" role="img" aria-label={actor.name} title={actor.name}>
        {icons[row.kind]}
      </span>
      <span className="activity-text">
        {row.actor === 'person' && row.kind !== 'checkpoint' ? (
          <b className="activity-you">{mine ? 'You' : <bdi>{shownName(name ?? 'Person')}</bdi>} </b>
        ) : null}
        {row.kind === 'said' ? (
          <i className="activity-said">{row.detail.split('\n').map(shownName).join('\n')}</i>
        ) : (
          <>
            <b className="activity-title">{row.title}</b> <code>{shownName(row.detail)}</code>
          </>
        )}
        {row.times === 1 ? null : <span className="activity-times"> ×{row.times}</span>}
        {row.outcome === null ? null : <span className="activity-outcome"> → {shownName(row.outcome)}</span>}
        <RowLinks row={row} reached={reached} onGo={onGo} />
      </span>
      <span className="activity-duration">
        {row.state === 'running' || row.state === 'held'
          ? stateWord(row)
          : row.durationMs === null
            ? ''
            : formatDuration(row.durationMs)}
      </span>
      {onUndo === undefined ? null : (
        <span className="activity-undo">
          <Button size="small" tone="quiet" icon={<Undo2 size={12} />} tabIndex={reached ? 0 : -1} onClick={onUndo}>
            Undo
          </Button>
        </span>
      )}
      {onBreak === undefined || breakTextOf(row) === undefined ? null : (
        <span className="activity-break">
          <IconButton size="small" label="Break on this…" tabIndex={reached ? 0 : -1} onClick={() => onBreak(row)}>
            <CircleDot size={13} />
          </IconButton>
        </span>
      )}
    </article>
  );
}

function spokenRow(row: Row, mine: boolean, name: string | undefined): string {
  const person = mine ? 'You' : name === undefined ? actors.person.name : shownName(name);
  const who = row.actor === 'person' ? person : actors[row.actor].name;
  const outcome = row.outcome === null ? '' : `, ${shownName(row.outcome)}`;
  const state = row.state === 'running' || row.state === 'held' ? `, ${stateWord(row)}` : '';
  return `${formatClock(row.wallMs)} ${who}: ${row.title} ${shownName(row.detail).slice(0, 200)}${outcome}${state}`.trim();
}

/** A question does not run: it waits for somebody. */
const stateWord = ({ kind, state }: Row): string => (kind === 'question' && state === 'running' ? 'waits' : state);
