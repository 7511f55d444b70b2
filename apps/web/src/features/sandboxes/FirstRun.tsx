import type { ImageName, System } from '@sandglass/protocol';
import { Button } from '@sandglass/ui';
import { Bot, Monitor, Plug, SlidersHorizontal, SquareTerminal } from 'lucide-react';
import { actions } from '../../platform/actions.ts';
import { FailedNote } from '../../platform/Failed.tsx';
import { useSystem } from '../../platform/sandboxes.ts';
import { CreateProgress } from './CreateProgress.tsx';
import { firstKey, useCreateSandbox } from './createSandbox.ts';
import { useDemo } from './useDemo.ts';
import './firstRun.css';

const steps = [
  [
    'A sandbox is a machine',
    'Its own Linux, files, shells and screen, fenced off from yours. Nothing in it reaches the network unless you allow the host.',
  ],
  [
    'Watch it, touch it',
    'See the desktop live, type in its terminals, edit its files. Everything that happens is recorded on one clock.',
  ],
  [
    'Stop it, bring it back',
    'Freeze every process where it stands. Checkpoint before a risky step, then restore or fork from there.',
  ],
] as const;

/** The wall before there is anything on it: what this is, and one click to have one. */
export function FirstRun({
  onOpen,
  onCreate,
  again = false,
}: {
  onOpen: (sandbox: string) => void;
  onCreate: (() => void) | undefined;
  again?: boolean;
}) {
  const system = useSystem();
  const create = useCreateSandbox((sandbox) => onOpen(sandbox.id), firstKey);
  const image = firstImage(system.data);
  const demo = useDemo((sandbox) => onOpen(sandbox.id));
  return (
    <section className="first" aria-label="Getting started">
      <div className="first-screen" aria-hidden="true">
        <div className="first-window">
          <i />
          <i />
          <i />
          <pre>
            <b>user@sandbox</b>:~$ npm test{'\n'} ✓ 12 passed{'\n'}
            <b>user@sandbox</b>:~$ <u> </u>
          </pre>
        </div>
      </div>
      <h2>{again ? 'No sandbox is alive' : 'Your first sandbox is one click away'}</h2>
      {onCreate === undefined ? (
        <p className="first-lead">
          Your token only lets you watch. Sandboxes appear here as soon as someone makes one.
        </p>
      ) : (
        <>
          <p className="first-lead">
            {image === 'desktop'
              ? 'A desktop with a browser, terminals, files and an editor, in about a second.'
              : 'A shell with Python, Node and git, files and an editor, in about a second.'}
          </p>
          <div className="first-actions">
            <Button
              tone="primary"
              size="large"
              icon={image === 'desktop' ? <Monitor size={15} /> : <SquareTerminal size={15} />}
              busy={create.phase === 'creating' || create.phase === 'cancelling'}
              disabled={system.data !== undefined && image === undefined}
              onClick={() => create.start({ image: image ?? 'desktop' })}
            >
              {image === 'base' ? 'New shell' : 'New desktop'}
            </Button>
            <Button size="large" icon={<SlidersHorizontal size={14} />} onClick={onCreate}>
              Choose…
            </Button>
            <Button size="large" icon={<Bot size={14} />} busy={demo.isPending} onClick={() => demo.mutate()}>
              Watch the demo agent
            </Button>
            <Button size="large" icon={<Plug size={14} />} onClick={() => actions.run('agent.connect')}>
              Connect an agent
            </Button>
          </div>
          {create.phase === 'creating' ? (
            <>
              <CreateProgress creation={create} name={undefined} />
              <Button tone="quiet" onClick={create.cancel}>
                Cancel
              </Button>
            </>
          ) : null}
          {create.phase === 'cancelling' ? (
            <p className="first-lead" role="status">
              Cancelling: it is killed as soon as it is there.
            </p>
          ) : null}
          {create.phase === 'failed' ? <FailedNote error={create.error} /> : null}
          {system.data !== undefined && image === undefined ? (
            <p className="first-lead">
              No base image is built yet. Start the server with <code>npm start</code>; it builds them with a progress
              bar.
            </p>
          ) : null}
        </>
      )}
      <ol className="first-steps">
        {steps.map(([title, text]) => (
          <li key={title}>
            <b>{title}</b>
            {text}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The richest image that is ready. Unknown yet counts as a desktop: the server corrects it. */
function firstImage(system: System | undefined): ImageName | undefined {
  if (system === undefined) return 'desktop';
  const ready = new Set(system.images.filter((image) => image.ready).map((image) => image.name));
  return (['desktop', 'base', 'browser'] as const).find((name) => ready.has(name));
}
