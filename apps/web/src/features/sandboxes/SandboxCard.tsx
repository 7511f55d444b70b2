import type { Sandbox } from '@sandglass/protocol';
import { Checkbox, ContextMenu, IconButton, Menu, RelativeTime } from '@sandglass/ui';
import { Link, useNavigate } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Ellipsis, TriangleAlert } from 'lucide-react';
import { type MouseEvent, memo, useMemo, useRef } from 'react';
import { useAsked } from '../../platform/lifecycle.ts';
import { whoDid } from '../../platform/names.ts';
import { StatusDot } from '../../platform/StatusPill.tsx';
import { shownName } from '../../platform/shownName.ts';
import { isEnded, type Status, statusOf } from '../../platform/status.ts';
import type { Summary } from '../../platform/summary.ts';
import { useSession } from '../../platform/useSession.ts';
import { partsOf } from './attention.ts';
import './card.css';
import { CardItems } from './CardItems.tsx';
import { sparkOf } from './cardModel.ts';
import { Spark } from './Spark.tsx';
import { Thumb } from './Thumb.tsx';
import { useCard, useInView } from './useCard.ts';
import { useWall } from './wallContext.ts';

interface CardProps {
  readonly sandbox: Sandbox;
  readonly nowMs: number;
  /** The one card that Tab reaches; arrows lead from it to the others. */
  readonly reachable: boolean;
}

/** One sandbox on the wall: what it shows, how it is, who acts and what was done last. */
export const SandboxCard = memo(function SandboxCard({ sandbox, nowMs, reachable }: CardProps) {
  const ref = useRef<HTMLElement>(null);
  const inView = useInView(ref);
  const wall = useWall();
  const navigate = useNavigate();
  const { last, slices, names } = useCard(sandbox.id, inView && !isEnded(sandbox));
  const status = statusOf(sandbox, useAsked(sandbox.id));
  const why = wall.needs.get(sandbox.id);
  const name = shownName(sandbox.name).slice(0, 160);
  const chosen = wall.chosen.has(sandbox.id);
  const open = () => void navigate({ to: '/s/$sandbox', params: { sandbox: sandbox.id } });
  const tab = reachable ? 0 : -1;
  const handleClick = (event: MouseEvent) => {
    const taps = wall.chosen.size > 0 && globalThis.matchMedia?.('(hover: none)').matches;
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey && !taps) return;
    event.preventDefault();
    if (event.shiftKey) wall.extend(sandbox.id);
    else wall.toggle(sandbox.id);
  };
  return (
    <ContextMenu items={<CardItems sandbox={sandbox} onOpen={open} />}>
      <article
        ref={ref}
        className={clsx(
          'card',
          why !== undefined && sandbox.phase !== 'failed' && 'card-needs',
          sandbox.phase === 'failed' && 'card-failed',
          sandbox.phase === 'frozen' && 'card-frozen',
          sandbox.phase === 'dead' && 'card-ended',
          chosen && 'card-chosen',
          wall.chosen.size > 0 && 'card-choosing',
        )}
        aria-label={name}
      >
        <div className="card-thumb">
          <Thumb sandbox={sandbox} active={inView} lines={last} />
          <Badge status={status} sandbox={sandbox} why={why} last={last.at(-1)} names={names} nowMs={nowMs} />
          <Checkbox
            className="card-check"
            label={`Select ${name}`}
            tabIndex={tab}
            checked={chosen}
            onChange={(_, event) =>
              'shiftKey' in event && event.shiftKey ? wall.extend(sandbox.id) : wall.toggle(sandbox.id)
            }
          />
          <Menu
            align="end"
            trigger={
              <IconButton label={`Actions of ${name}`} size="small" className="card-menu" tabIndex={tab}>
                <Ellipsis size={15} />
              </IconButton>
            }
          >
            <CardItems sandbox={sandbox} onOpen={open} />
          </Menu>
        </div>
        <div className="card-meta">
          <p className="card-name">
            <StatusDot sandbox={sandbox} />
            <Link
              to="/s/$sandbox"
              params={{ sandbox: sandbox.id }}
              className="card-link"
              data-card-link=""
              title={`${name} · ${sandbox.id}`}
              tabIndex={tab}
              onClick={handleClick}
              draggable={false}
            >
              <bdi>{name}</bdi>
            </Link>
            <span className="card-age">
              <RelativeTime atMs={sandbox.createdAtMs} />
            </span>
          </p>
          <p className="card-last">
            <bdi>{lastLine(sandbox, { status, why, last: last.at(-1) })}</bdi>
          </p>
          <Spark bars={useMemo(() => sparkOf(slices, nowMs), [slices, nowMs])} />
        </div>
      </article>
    </ContextMenu>
  );
});

interface Said {
  readonly status: Status;
  readonly why: string | undefined;
  readonly last: Summary | undefined;
}

export function lastLine(sandbox: Sandbox, { status, why, last }: Said): string {
  if (sandbox.phase === 'failed') return shownName(sandbox.reason ?? 'It failed').slice(0, 300);
  const what = why === undefined ? undefined : partsOf(why).detail;
  if (what !== undefined) return what;
  if (isEnded(sandbox) || sandbox.phase !== 'running')
    return shownName(sandbox.reason ?? `${status.label} · ${sandbox.image}`).slice(0, 300);
  if (last === undefined) return `${status.label} · ${sandbox.image}`;
  return `${last.verb} ${last.detail}`.trim().slice(0, 300);
}

/** Why it needs somebody; else how it is, when it does not run; else who acted in the last minute. */
interface BadgeProps extends Said {
  readonly sandbox: Sandbox;
  readonly names: ReadonlyMap<string, string>;
  readonly nowMs: number;
}

function Badge({ status, sandbox, why, last, names, nowMs }: BadgeProps) {
  const session = useSession();
  const me = session.phase === 'open' ? session.session.token.id : undefined;
  if (sandbox.phase === 'failed') return <span className="card-who card-who-failed">Failed</span>;
  if (why !== undefined)
    return (
      <span className="card-who card-who-needs">
        <TriangleAlert size={11} /> {partsOf(why).word}
      </span>
    );
  if (sandbox.phase !== 'running' || status.moving) return <span className="card-who">{status.label}</span>;
  if (last === undefined || last.actor === 'system' || nowMs - last.wallMs > 60_000) return null;
  return (
    <span className={clsx('card-who', `card-who-${last.actor}`)}>
      <bdi>{whoDid(last, me, names)}</bdi>
    </span>
  );
}
