import type { Sandbox } from '@sandglass/protocol';
import { Button, CopyButton, Dialog, IconButton, toast } from '@sandglass/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CirclePause, CirclePlay, CircleStop, Hand, Skull, X } from 'lucide-react';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { shownName } from '../../platform/shownName.ts';
import { dangerOf, type ProcessRow } from './processTree.ts';

interface ProcessDetailProps {
  readonly row: ProcessRow;
  readonly sandbox: Sandbox;
  readonly mayOperate: boolean;
  readonly onClose: () => void;
}

const signals = [
  { name: 'SIGTERM', word: 'End', hint: 'Asks it to end (TERM)', icon: CircleStop, ends: true },
  { name: 'SIGINT', word: 'Interrupt', hint: 'As Ctrl+C does (INT)', icon: Hand, ends: true },
  { name: 'SIGSTOP', word: 'Stop', hint: 'Stands still until it is continued (STOP)', icon: CirclePause, ends: true },
  { name: 'SIGCONT', word: 'Continue', hint: 'Goes on where it was stopped (CONT)', icon: CirclePlay, ends: false },
  { name: 'SIGKILL', word: 'Kill', hint: 'Ends at once; it cannot tidy up (KILL)', icon: Skull, ends: true },
] as const;
type SignalName = (typeof signals)[number]['name'];

/** The chosen process: its whole command, and the signals it can be sent. */
export function ProcessDetail({ row, sandbox, mayOperate, onClose }: ProcessDetailProps) {
  const { process } = row;
  const [asking, setAsking] = useState<SignalName | null>(null);
  const client = useClient();
  const queries = useQueryClient();
  const signal = useMutation({
    mutationFn: (name: SignalName) =>
      client.request('signalProcess', { params: { sandbox: sandbox.id, pid: process.pid }, body: { signal: name } }),
    onError: (error) => toast.fail(`Process ${process.pid} got no signal`, describeFailure(error).detail),
    onSettled: () => queries.invalidateQueries({ queryKey: ['processes', sandbox.id] }),
  });
  const danger = dangerOf(process);
  const command = process.arguments.join(' ') || process.command;
  const send = (name: SignalName, ends: boolean) => {
    if (danger !== undefined && ends) setAsking(name);
    else signal.mutate(name);
  };
  const asked = signals.find(({ name }) => name === asking);
  return (
    <section className="machine-detail" aria-label={`Process ${process.pid}`}>
      <div className="machine-detail-head">
        <code>{shownName(command).slice(0, 2_000)}</code>
        <CopyButton text={command} label="Copy command" />
        <IconButton size="small" label="Close" onClick={onClose}>
          <X size={13} />
        </IconButton>
      </div>
      <p className="machine-facts">
        pid {process.pid} · parent {process.parent} · {shownName(process.user)} · {stateOf(process.state)}
      </p>
      {mayOperate && process.pid > 1 ? (
        <div className="machine-signals" role="toolbar" aria-label={`Signals for process ${process.pid}`}>
          {signals
            // Only what makes a difference: one that stands still can go on, one that runs can be stopped.
            .filter(({ name }) => name !== (process.state === 'T' ? 'SIGSTOP' : 'SIGCONT'))
            .map(({ name, word, hint, icon: Icon, ends }) => (
              <Button
                key={name}
                size="small"
                tone={name === 'SIGKILL' ? 'danger' : 'plain'}
                icon={<Icon size={12} />}
                title={hint}
                onClick={() => send(name, ends)}
              >
                {word}
              </Button>
            ))}
        </div>
      ) : null}
      {asked === undefined ? null : (
        <Dialog
          open
          onOpenChange={() => setAsking(null)}
          title={`${asked.word} process ${process.pid}?`}
          description={`${danger ?? ''} ${asked.hint}.`.trim()}
          actions={
            <>
              <Button onClick={() => setAsking(null)}>Cancel</Button>
              <Button
                tone="danger"
                onClick={() => {
                  setAsking(null);
                  signal.mutate(asked.name);
                }}
              >
                {asked.word}
              </Button>
            </>
          }
        >
          <code className="machine-command">{shownName(command).slice(0, 400)}</code>
        </Dialog>
      )}
    </section>
  );
}

const states: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'waiting',
  D: 'waiting for the disk',
  T: 'stopped',
  t: 'traced',
  Z: 'ended, not collected by its parent',
  I: 'idle',
};
const stateOf = (state: string): string => states[state] ?? state;
