import type { HeldCall, SandboxId } from '@sandglass/protocol';
import { Button } from '@sandglass/ui';
import { Check, CirclePause, ListChecks, Pencil, X } from 'lucide-react';
import { useState } from 'react';
import { type GateAct, useGate, useGateAct } from '../../platform/gate.ts';
import { useIsPast } from '../../platform/playhead.ts';
import { shownName } from '../../platform/shownName.ts';
import { useActions } from '../../platform/useAction.ts';
import { mayOnlyWatch, useMayOperate } from '../../platform/useSession.ts';
import { type HeldAct, HeldCard } from './HeldCard.tsx';
import { AnswerDialog, EditDialog, RejectDialog } from './HeldDialogs.tsx';
import { QuestionCard } from './QuestionCard.tsx';
import './gate.css';

/** So many are open; the rest wait behind a number. */
const SHOWN = 3;

interface Asking {
  readonly act: 'edit' | 'answer' | 'reject';
  readonly held: HeldCall;
}

/** What waits for a person, the oldest first. The keys decide the first. */
export function GateDeck({ sandbox }: { sandbox: SandboxId }) {
  const gate = useGate(sandbox);
  const past = useIsPast();
  const may = useMayOperate({ id: sandbox });
  const [asking, setAsking] = useState<Asking>();
  const [all, setAll] = useState(false);
  const acting = useGateAct(sandbox);
  const held = past || gate === null ? [] : gate.held.filter(isForPerson);
  const questions = past || gate === null ? [] : gate.questions;
  const waiting = past || gate === null ? 0 : gate.held.length - held.length;
  const handle = (call: HeldCall, act: HeldAct) => {
    if (act === 'edit' || act === 'answer' || act === 'reject') setAsking({ act, held: call });
    else acting.mutate(actOf(call, act));
  };
  const first = held[0];
  const blocked = may ? undefined : mayOnlyWatch;
  useActions([
    {
      id: 'gate.approve',
      title: first?.when === 'after' ? 'Let the held call go' : 'Approve the held call',
      group: 'Gate',
      icon: <Check size={14} />,
      shortcut: 'A',
      urgent: true,
      when: first !== undefined,
      blocked,
      run: () => first !== undefined && handle(first, 'approve'),
    },
    {
      id: 'gate.edit',
      title: first?.when === 'after' ? 'Edit its result…' : 'Edit the held call…',
      group: 'Gate',
      icon: <Pencil size={14} />,
      shortcut: 'E',
      urgent: true,
      when: first !== undefined && (first.when === 'after' ? first.may.answer : first.may.edit),
      blocked,
      run: () => first !== undefined && handle(first, first.when === 'after' ? 'answer' : 'edit'),
    },
    {
      id: 'gate.reject',
      title: 'Reject the held call…',
      group: 'Gate',
      icon: <X size={14} />,
      shortcut: 'X',
      urgent: true,
      when: first !== undefined,
      blocked,
      run: () => first !== undefined && handle(first, 'reject'),
    },
    {
      id: 'gate.forgetAlike',
      title: 'Ask again for what was approved for good',
      group: 'Gate',
      icon: <ListChecks size={14} />,
      when: (gate?.alike.length ?? 0) > 0,
      blocked,
      run: () => acting.mutate({ kind: 'forgetAlike' }),
    },
  ]);
  const shown = all ? held : held.slice(0, SHOWN);
  const busy = (call: HeldCall) =>
    acting.isPending && acting.variables.kind === 'decide' && acting.variables.call === call.call;
  return (
    <>
      <section className="gate-deck" aria-label="Waiting for a person" aria-live="polite">
        {questions.map((question) => (
          <QuestionCard key={question.call} sandbox={sandbox} question={question} mayAnswer={may} />
        ))}
        {shown.map((call) => (
          <HeldCard
            key={`${call.call} ${call.when}`}
            held={call}
            first={call === first}
            mayDecide={may}
            busy={busy(call)}
            onAct={(act) => handle(call, act)}
          />
        ))}
        {held.length > shown.length ? (
          <Button tone="quiet" onClick={() => setAll(true)}>
            {held.length - shown.length} more wait
          </Button>
        ) : null}
        {waiting > 0 ? (
          <p className="gate-paused">
            <CirclePause size={13} aria-hidden="true" />
            {waiting === 1 ? '1 call waits' : `${waiting} calls wait`}: {waitingWords(gate!.held)}
          </p>
        ) : null}
        {gate !== null && !past && gate.mode.kind === 'paused' && gate.moving.length > 0 ? (
          <p className="gate-moving">
            {gate.mode.freeze ? 'Still moves: ' : ''}
            {gate.moving.map(shownName).join(' · ')}
          </p>
        ) : null}
      </section>
      {asking?.act === 'edit' ? (
        <EditDialog sandbox={sandbox} held={asking.held} onClose={() => setAsking(undefined)} />
      ) : asking?.act === 'answer' ? (
        <AnswerDialog sandbox={sandbox} held={asking.held} onClose={() => setAsking(undefined)} />
      ) : asking?.act === 'reject' ? (
        <RejectDialog sandbox={sandbox} held={asking.held} onClose={() => setAsking(undefined)} />
      ) : null}
    </>
  );
}

/** What a person who has control holds off goes on by itself when they hand back: nothing is to be decided. */
const isForPerson = ({ reason }: HeldCall): boolean => reason.kind !== 'control';

const waitingWords = (held: readonly HeldCall[]): string =>
  held
    .filter((call) => !isForPerson(call))
    .slice(0, 3)
    .map((call) => shownName(call.summary))
    .join(' · ');

function actOf({ call }: HeldCall, act: 'approve' | 'alike' | 'step'): GateAct {
  if (act === 'step') return { kind: 'step', call };
  return { kind: 'decide', call, decision: act === 'alike' ? { kind: 'approve', alike: true } : { kind: 'approve' } };
}
