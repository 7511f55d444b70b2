import type { DoorDescription, SandboxId } from '@sandglass/protocol';
import { Button, CopyButton, Select, Sheet, Tabs } from '@sandglass/ui';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Failed, FailedNote } from '../../platform/Failed.tsx';
import { shownName } from '../../platform/shownName.ts';
import './connect.css';
import { FirstCall } from './FirstCall.tsx';
import { useConnectAgent, useDoors, useMayMakeTokens } from './queries.ts';

interface ConnectSheetProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** The agent works in this one; absent: it makes its own. */
  readonly sandbox?: { readonly id: SandboxId; readonly name: string };
}

/** How an agent comes in, as something to paste; with a token of its own, and a light for its first call. */
export default function ConnectSheet({ open, onOpenChange, sandbox }: ConnectSheetProps) {
  const doors = useDoors(sandbox?.id, open);
  const connect = useConnectAgent(sandbox?.id);
  const mayMake = useMayMakeTokens();
  const [door, setDoor] = useState('e2b');
  const made = connect.data;
  const shown = made?.doors ?? doors.data ?? [];
  const chosen = shown.find(({ name }) => name === door) ?? shown[0];
  return (
    <Sheet
      open={open}
      onOpenChange={onOpenChange}
      title="Connect an agent"
      description={
        sandbox === undefined
          ? 'It keeps its own SDK; only an address changes. What it does appears here the moment it does it.'
          : `It works in ${shownName(sandbox.name)}, and in no other sandbox.`
      }
    >
      <div className="connect">
        {made === undefined ? (
          <div className="connect-token">
            <KeyRound size={16} aria-hidden="true" />
            {mayMake ? (
              <>
                <span>
                  The agent needs a token of its own. It is shown once, works for a day, and can be taken back in the
                  settings.
                </span>
                <Button tone="primary" busy={connect.isPending} onClick={() => connect.mutate()}>
                  Make a token
                </Button>
              </>
            ) : (
              <span>
                Your token may not make others. Put a token in the place of <code>YOUR_TOKEN</code>.
              </span>
            )}
          </div>
        ) : (
          <FirstCall token={made.token} {...(sandbox === undefined ? {} : { sandbox: sandbox.id })} />
        )}
        {connect.isError ? <FailedNote error={connect.error} /> : null}
        {doors.isError ? (
          <Failed error={doors.error} onRetry={() => void doors.refetch()} />
        ) : chosen === undefined ? (
          <p className="connect-about" role="status">
            Looking which doors are open…
          </p>
        ) : (
          <Tabs
            label="Doors"
            value={chosen.name}
            onChange={setDoor}
            tabs={shown.map((each) => ({
              value: each.name,
              label: each.title,
              panel: <DoorView key={each.name} door={each} />,
            }))}
          />
        )}
      </div>
    </Sheet>
  );
}

function DoorView({ door }: { door: DoorDescription }) {
  const [id, setId] = useState(door.snippets[0]?.id ?? '');
  const snippet = door.snippets.find((each) => each.id === id) ?? door.snippets[0];
  return (
    <div className="connect-door">
      <p className="connect-about">{door.about}</p>
      {door.snippets.length < 2 ? null : (
        <Select
          label="For"
          value={snippet?.id ?? ''}
          options={door.snippets.map((each) => ({ value: each.id, label: each.title }))}
          onChange={setId}
        />
      )}
      {snippet === undefined ? null : (
        <figure className="connect-code">
          <figcaption>
            <span>{snippet.title}</span>
            {snippet.packages.length === 0 ? null : (
              <code>
                {snippet.language === 'python' ? 'pip install' : 'npm install'} {snippet.packages.join(' ')}
              </code>
            )}
            <CopyButton text={snippet.text} label="Copy the program" />
          </figcaption>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <pre tabIndex={0}>{snippet.text}</pre>
        </figure>
      )}
      {snippet?.note == null ? null : <p className="connect-about">{snippet.note}</p>}
    </div>
  );
}
