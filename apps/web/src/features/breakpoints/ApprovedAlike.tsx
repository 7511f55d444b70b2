import type { Alike, SandboxId } from '@sandglass/protocol';
import { Button, IconButton } from '@sandglass/ui';
import { Undo2 } from 'lucide-react';
import { useGate, useGateAct } from '../../platform/gate.ts';
import { shownName } from '../../platform/shownName.ts';

/** What a person approved by “all like this”: which calls pass which rule unasked, until when, and the way back. */
export function ApprovedAlike({ sandbox, mayChange }: { readonly sandbox: SandboxId; readonly mayChange: boolean }) {
  const alike = useGate(sandbox)?.alike ?? [];
  const { mutate, isPending } = useGateAct(sandbox);
  if (alike.length === 0) return null;
  return (
    <section className="rules-alike" aria-label="Approved for good">
      <header>
        <h2>Approved for good</h2>
        {mayChange && alike.length > 1 ? (
          <Button size="small" tone="quiet" disabled={isPending} onClick={() => mutate({ kind: 'forgetAlike' })}>
            Ask again for all
          </Button>
        ) : null}
      </header>
      <ul>
        {alike.map((one) => (
          <li key={`${one.rule.id} ${one.name}`}>
            <div>
              <p>
                <code>{shownName(one.name)}</code> passes <b>{shownName(one.rule.name)}</b>
              </p>
              <p className="rule-facts">{untilWhen(one)}</p>
            </div>
            {mayChange ? (
              <IconButton
                size="small"
                label={`Ask again before ${shownName(one.name)} that “${shownName(one.rule.name)}” holds`}
                disabled={isPending}
                onClick={() => mutate({ kind: 'forgetAlike', alike: one })}
              >
                <Undo2 size={13} />
              </IconButton>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

const untilWhen = ({ run }: Alike): string =>
  run === null ? 'until it is asked for again' : 'until the run ends that is under way';
