import type { PortInfo, Sandbox } from '@sandglass/protocol';
import { Button, EmptyState, IconButton, Input, toast } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { Copy, ExternalLink, Plug, Tag } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { FailedNote } from '../../platform/Failed.tsx';
import { shownName } from '../../platform/shownName.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { guessOf, readLabels, writeLabel } from './portFacts.ts';
import { Unanswered } from './Unanswered.tsx';
import { usePorts } from './useMachine.ts';

/** Ports something listens on; each opens on its own origin, away from this page's cookie. */
export function PortsView({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  const { query, ports } = usePorts(sandbox.id, active);
  const mayOperate = useMayOperate(sandbox);
  const [labels, setLabels] = useState(() => readLabels(sandbox.id));
  if (query.data === undefined)
    return (
      <Unanswered query={query} active={active}>
        A frozen sandbox says what listens in it once it is thawed.
      </Unanswered>
    );
  if (ports.length === 0)
    return (
      <EmptyState icon={<Plug size={18} />} title="Nothing listens">
        Start a server in the sandbox, such as <code>python3 -m http.server 3000</code>, and its port appears here.
      </EmptyState>
    );
  return (
    <>
      {active && query.isError ? <FailedNote error={query.error} /> : null}
      <ul className="machine-ports" aria-label="Ports">
        {ports.map((port) => (
          <Port
            key={port.port}
            port={port}
            sandbox={sandbox}
            mayOperate={mayOperate && active}
            label={labels[port.port] ?? ''}
            onLabel={(label) => setLabels(writeLabel(sandbox.id, port.port, label))}
          />
        ))}
      </ul>
    </>
  );
}

const guesses = { http: 'http', cdp: 'browser control', database: 'database' } as const;

interface PortProps {
  readonly port: PortInfo;
  readonly sandbox: Sandbox;
  readonly mayOperate: boolean;
  readonly label: string;
  readonly onLabel: (label: string) => void;
}

function Port({ port, sandbox, mayOperate, label, onLabel }: PortProps) {
  const client = useClient();
  const [editing, setEditing] = useState(false);
  const ask = async () => (await client.request('openPort', { params: { sandbox: sandbox.id, port: port.port } })).url;
  const open = useMutation({
    mutationFn: async () => {
      // Opened at once, in the click: a window that opens after an answer is taken for a pop-up and blocked.
      const page = window.open('about:blank', '_blank');
      try {
        const url = await ask();
        if (page === null) throw new Error('The browser refused to open a window. Allow pop-ups for this page.');
        page.opener = null;
        page.location.href = url;
      } catch (error) {
        page?.close();
        throw error;
      }
    },
    onError: (error) => toast.fail(`Port ${port.port} was not opened`, describeFailure(error).detail),
  });
  const copy = useMutation({
    mutationFn: async () => await navigator.clipboard.writeText(await ask()),
    onSuccess: () => toast.say('Address copied', 'It opens once, soon: copy it again for another visit.'),
    onError: (error) => toast.fail('The address was not copied', describeFailure(error).detail),
  });
  const guess = guessOf(port);
  return (
    <li aria-label={`Port ${port.port}`}>
      <span className="machine-port">{port.port}</span>
      <span className="machine-port-what">
        {editing ? (
          <LabelForm
            port={port.port}
            label={label}
            onDone={(next) => {
              setEditing(false);
              if (next !== null) onLabel(next);
            }}
          />
        ) : label === '' ? null : (
          <b>{label}</b>
        )}
        <span>
          {shownName(port.process ?? 'unknown program')}
          {port.pid === null ? '' : ` · ${port.pid}`} · {port.address}
          {guess === null ? null : <i title="A guess by its program and number">{guesses[guess]}?</i>}
        </span>
      </span>
      <IconButton size="small" label={`Label port ${port.port}`} onClick={() => setEditing(true)}>
        <Tag size={13} />
      </IconButton>
      {mayOperate ? (
        <>
          <IconButton size="small" label={`Copy address of port ${port.port}`} onClick={() => copy.mutate()}>
            <Copy size={13} />
          </IconButton>
          <Button
            size="small"
            icon={<ExternalLink size={12} />}
            busy={open.isPending}
            aria-label={`Open port ${port.port}`}
            onClick={() => open.mutate()}
          >
            Open
          </Button>
        </>
      ) : null}
    </li>
  );
}

interface LabelFormProps {
  readonly port: number;
  readonly label: string;
  readonly onDone: (label: string | null) => void;
}

function LabelForm({ port, label, onDone }: LabelFormProps) {
  const [text, setText] = useState(label);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onDone(text);
  };
  return (
    <form className="machine-label" onSubmit={submit}>
      <Input
        aria-label={`Label of port ${port}`}
        value={text}
        maxLength={40}
        placeholder="for you, in this browser"
        autoFocus
        onChange={(event) => setText(event.target.value)}
        onBlur={() => onDone(text)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone(null);
        }}
      />
    </form>
  );
}
