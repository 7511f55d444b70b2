import type { LogEvent, Sandbox } from '@sandglass/protocol';
import { RelativeTime } from '@sandglass/ui';
import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { useMemo, useRef } from 'react';
import { useAsked } from '../../platform/lifecycle.ts';
import { StatusDot } from '../../platform/StatusPill.tsx';
import { isEnded, statusOf } from '../../platform/status.ts';
import { type Summary, summarize } from '../../platform/summary.ts';
import { useSession } from '../../platform/useSession.ts';
import './card.css';
import { CardMenu } from './CardMenu.tsx';
import { useCardEvents, useInView } from './cardEvents.ts';
import { Still } from './Still.tsx';
import { sparkOf } from './wallModel.ts';

/** One sandbox on the wall: what its screen shows, how it is, what it did last. */
export function SandboxCard({ sandbox, nowMs }: { sandbox: Sandbox; nowMs: number }) {
  const ref = useRef<HTMLElement>(null);
  const inView = useInView(ref);
  const events = useCardEvents(sandbox.id, inView && !isEnded(sandbox));
  const status = statusOf(sandbox, useAsked(sandbox.id));
  const calls = useMemo(() => summarizeAll(events), [events]);
  const last = calls.at(-1);
  return (
    <article
      ref={ref}
      className={clsx('card', sandbox.phase === 'failed' && 'card-failed', sandbox.phase === 'frozen' && 'card-frozen')}
      aria-label={sandbox.name}
    >
      <div className="card-thumb">
        <Still sandbox={sandbox} active={inView} lines={calls} />
        <Badge label={status.label} last={last} nowMs={nowMs} running={sandbox.phase === 'running' && !status.moving} />
        <CardMenu sandbox={sandbox} />
      </div>
      <div className="card-meta">
        <p className="card-name">
          <StatusDot sandbox={sandbox} />
          <Link to="/s/$sandbox" params={{ sandbox: sandbox.id }} className="card-link">
            {sandbox.name}
          </Link>
          <span className="card-age">
            <RelativeTime atMs={sandbox.createdAtMs} />
          </span>
        </p>
        <p className="card-last">{lastLine(sandbox, status.label, last)}</p>
        <Spark bars={useMemo(() => sparkOf(events, nowMs), [events, nowMs])} />
      </div>
    </article>
  );
}

/** The last calls; where nobody has called yet, the last of what happened. */
function summarizeAll(events: readonly LogEvent[]): Summary[] {
  const all = events.flatMap((event) => summarize(event) ?? []);
  const calls = all.filter((each) => each.call);
  return (calls.length > 0 ? calls : all).slice(-8);
}

function lastLine(sandbox: Sandbox, label: string, last: Summary | undefined): string {
  if (isEnded(sandbox) || sandbox.phase !== 'running') return sandbox.reason ?? `${label} · ${sandbox.image}`;
  if (last === undefined) return `${label} · ${sandbox.image}`;
  return `${last.verb} ${last.detail}`.trim();
}

/** Who acted in the last minute, else how it is. */
function Badge({
  label,
  last,
  nowMs,
  running,
}: {
  label: string;
  last: Summary | undefined;
  nowMs: number;
  running: boolean;
}) {
  const session = useSession();
  const me = session.phase === 'open' ? session.session.token.id : undefined;
  if (!running) return <span className={clsx('card-who', label === 'Failed' && 'card-who-failed')}>{label}</span>;
  if (last === undefined || last.actor === 'system' || nowMs - last.wallMs > 60_000) return null;
  return (
    <span className={clsx('card-who', `card-who-${last.actor}`)}>
      {last.actor === 'agent' ? 'Agent' : last.by === me ? 'You' : 'Person'}
    </span>
  );
}

const BAR = 3;
const GAP = 1;

function Spark({ bars }: { bars: readonly number[] }) {
  const width = bars.length * (BAR + GAP) - GAP;
  const path = (shown: (height: number) => boolean) =>
    bars
      .flatMap((height, index) =>
        shown(height) ? `M${index * (BAR + GAP)} 14h${BAR}v${-Math.max(1, height * 14)}h${-BAR}z` : [],
      )
      .join('');
  return (
    <svg className="card-spark" viewBox={`0 0 ${width} 14`} preserveAspectRatio="none" aria-hidden="true">
      <path className="card-spark-none" d={path((height) => height === 0)} />
      <path d={path((height) => height > 0)} />
    </svg>
  );
}
