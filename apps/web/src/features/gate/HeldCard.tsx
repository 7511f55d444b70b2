import type { HeldCall } from '@sandglass/protocol';
import { Button, IconButton, Kbd, Menu, MenuItem } from '@sandglass/ui';
import { Check, CirclePause, Ellipsis, ListChecks, MessageSquareReply, Pencil, StepForward, X } from 'lucide-react';
import { shownName } from '../../platform/shownName.ts';
import { JsonView } from './JsonView.tsx';
import { useWaited } from './useWaited.ts';
import { headOf, reasonWords } from './words.ts';

export type HeldAct = 'approve' | 'alike' | 'edit' | 'answer' | 'reject' | 'step';

interface HeldCardProps {
  readonly held: HeldCall;
  /** The one that the keys decide. */
  readonly first: boolean;
  readonly mayDecide: boolean;
  readonly busy: boolean;
  readonly onAct: (act: HeldAct) => void;
}

/** One call that waits: what it is, why it waits, and what can be decided. */
export function HeldCard({ held, first, mayDecide, busy, onAct }: HeldCardProps) {
  const waited = useWaited(held.heldAtMs);
  const after = held.when === 'after';
  const name = shownName(held.name);
  const rule = 'rule' in held.reason;
  return (
    <section className="gate-card" aria-label={`${headOf(held)}: ${name}`}>
      <h2 className="gate-head">
        <CirclePause size={14} aria-hidden="true" />
        <span>
          {headOf(held)} · {shownName(reasonWords(held.reason))}
        </span>
      </h2>
      <p className="gate-what">
        <b>{name}</b> <span className="gate-waiting">— waiting {waited}</span>
      </p>
      <JsonView value={held.arguments} label={`Arguments of ${name}`} />
      {after && held.result !== null ? <JsonView value={held.result} label={`Result of ${name}`} /> : null}
      {after && held.outcome !== null ? <p className="gate-outcome">→ {shownName(held.outcome)}</p> : null}
      {mayDecide ? (
        <div className="gate-acts">
          <Button tone="primary" icon={<Check size={14} />} busy={busy} onClick={() => onAct('approve')}>
            {after ? 'Let it go' : 'Approve'}
            {first ? <Kbd>A</Kbd> : null}
          </Button>
          {!after && held.may.edit ? (
            <Button icon={<Pencil size={14} />} disabled={busy} onClick={() => onAct('edit')}>
              Edit
            </Button>
          ) : null}
          {held.may.answer ? (
            <Button icon={<MessageSquareReply size={14} />} disabled={busy} onClick={() => onAct('answer')}>
              {after ? 'Edit result' : 'Answer'}
            </Button>
          ) : null}
          <Button icon={<X size={14} />} disabled={busy} onClick={() => onAct('reject')}>
            Reject
          </Button>
          {after ? null : (
            <Menu
              align="end"
              trigger={
                <IconButton label={`More for ${name}`}>
                  <Ellipsis size={14} />
                </IconButton>
              }
            >
              <MenuItem icon={<StepForward size={14} />} onSelect={() => onAct('step')}>
                Step over it
              </MenuItem>
              {rule ? (
                <MenuItem icon={<ListChecks size={14} />} onSelect={() => onAct('alike')}>
                  Approve, and all like this
                </MenuItem>
              ) : null}
            </Menu>
          )}
        </div>
      ) : (
        <p className="gate-watching">A person with the right to operate decides.</p>
      )}
    </section>
  );
}
