import type { EgressRule, Sandbox } from '@sandglass/protocol';
import { Button, EmptyState, IconButton, type Segment, Skeleton, toast } from '@sandglass/ui';
import { Globe, ShieldCheck, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { nameOfRule } from '../../platform/egressRules.ts';
import { describeFailure } from '../../platform/errors.ts';
import { useEvents } from '../../platform/events.ts';
import { eventsUpTo } from '../../platform/eventsUpTo.ts';
import type { PaneProps } from '../../platform/pane.ts';
import { useMoment } from '../../platform/playhead.ts';
import { useSandbox, useUpdateSandbox } from '../../platform/sandboxes.ts';
import { isEnded } from '../../platform/status.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { AllowQuestion } from './AllowQuestion.tsx';
import { withoutRule } from './allowing.ts';
import { type EgressEvent, egressOf, matchesRequest, type Verdict } from './egress.ts';
import { FilteredList } from './FilteredList.tsx';
import './machine.css';
import { RequestTable } from './RequestTable.tsx';

const MOST_DRAWN = 500;
const verdicts: readonly Segment<Verdict | 'all'>[] = [
  { value: 'all', label: 'All' },
  { value: 'denied', label: 'Blocked' },
  { value: 'allowed', label: 'Allowed' },
  { value: 'failed', label: 'Failed' },
];

/** Every request that tried to leave the sandbox, the newest first. */
export default function NetworkPane({ sandbox: id }: PaneProps) {
  const sandbox = useSandbox(id);
  const { events, phase } = useEvents(id);
  const momentUs = useMoment();
  const [filter, setFilter] = useState('');
  const [verdict, setVerdict] = useState<Verdict | 'all'>('all');
  const [asking, setAsking] = useState<EgressEvent | null>(null);
  const [allowed, setAllowed] = useState<EgressRule | null>(null);
  const mayOperate = useMayOperate(sandbox) && sandbox !== undefined && !isEnded(sandbox) && momentUs === null;
  const requests = useMemo(() => egressOf(eventsUpTo(events, momentUs)).reverse(), [events, momentUs]);
  const shown = useMemo(
    () => requests.filter((request) => matchesRequest(request, filter, verdict)).slice(0, MOST_DRAWN),
    [requests, filter, verdict],
  );
  if (requests.length === 0 && phase === 'loading')
    return (
      <div className="network machine-loading" aria-busy="true">
        <Skeleton width="60%" />
      </div>
    );
  if (requests.length === 0) {
    return (
      <EmptyState
        icon={<Globe size={18} />}
        title={momentUs === null ? 'Nothing has tried to leave' : 'Nothing had tried to leave'}
      >
        {sandbox?.capabilities.egress === 'none'
          ? 'This driver does not fence the network, so requests are not seen.'
          : 'The only way out is the proxy, and only to allowed hosts. Each request appears here with its verdict.'}
      </EmptyState>
    );
  }
  return (
    <div className="network">
      <FilteredList
        tools={{
          label: 'Filter requests',
          placeholder: 'Filter by host, path or method',
          filter,
          onFilter: setFilter,
          choice: { label: 'Verdict', value: verdict, segments: verdicts, onChange: setVerdict },
        }}
        note={
          allowed !== null && sandbox !== undefined ? (
            <AllowedNote sandbox={sandbox} rule={allowed} onDone={() => setAllowed(null)} />
          ) : null
        }
        count={shown.length}
        nothing="No request is like that"
        foot={
          <>
            {requests.length > MOST_DRAWN ? (
              <p className="machine-rest">The newest {MOST_DRAWN} are shown. Filter to find older ones.</p>
            ) : null}
            {asking !== null && sandbox !== undefined ? (
              <AllowQuestion
                sandbox={sandbox}
                request={asking.data}
                onClose={() => setAsking(null)}
                onAllowed={(rule) => {
                  setAsking(null);
                  setAllowed(rule);
                }}
              />
            ) : null}
          </>
        }
      >
        <RequestTable requests={shown} onAllow={mayOperate ? setAsking : undefined} />
      </FilteredList>
    </div>
  );
}

interface AllowedNoteProps {
  readonly sandbox: Sandbox;
  readonly rule: EgressRule;
  readonly onDone: () => void;
}

/** What was just allowed, and the way back; it stays until the person has seen it. */
function AllowedNote({ sandbox, rule, onDone }: AllowedNoteProps) {
  const undo = useUpdateSandbox(sandbox.id, {
    onDone,
    onError: (error) => toast.fail('It is still allowed', describeFailure(error).detail),
  });
  return (
    <p className="machine-note" role="status">
      <ShieldCheck size={13} aria-hidden="true" />
      <span className="machine-note-text">
        Allowed <b>{nameOfRule(rule)}</b> from the next request on.
      </span>
      <Button
        size="small"
        busy={undo.isPending}
        onClick={() => undo.mutate({ egress: withoutRule(sandbox.egress, rule) })}
      >
        Undo
      </Button>
      <IconButton size="small" label="Close" onClick={onDone}>
        <X size={13} />
      </IconButton>
    </p>
  );
}
