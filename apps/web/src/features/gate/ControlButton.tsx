import type { Sandbox } from '@sandglass/protocol';
import { Button, Menu, MenuItem, Tooltip, toast } from '@sandglass/ui';
import { Hand, HandHelping } from 'lucide-react';
import { lazy, useEffect, useRef, useState } from 'react';
import { useControlLoss } from '../../platform/controlLoss.ts';
import { useGate, useGateAct, useMe } from '../../platform/gate.ts';
import { LazyPart } from '../../platform/LazyPart.tsx';
import { serverNowMs } from '../../platform/serverClock.ts';
import { shownName } from '../../platform/shownName.ts';
import { useActions } from '../../platform/useAction.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import './gate.css';

const load = () => import('./ControlDialogs.tsx');
const HandBackDialog = lazy(() => load().then((module) => ({ default: module.HandBackDialog })));
const TakeDialog = lazy(() => load().then((module) => ({ default: module.TakeDialog })));

/** Who has the mouse, the keyboard, the terminals and the files; and the way to have them, or to hand them back. */
export function ControlButton({ sandbox }: { sandbox: Sandbox }) {
  const control = useGate(sandbox.id)?.control;
  const me = useMe(sandbox.id);
  const may = useMayOperate(sandbox);
  const act = useGateAct(sandbox.id);
  const [asked, setAsked] = useState<'return' | 'take' | 'ask'>();
  useLossNews(sandbox);
  const holder = control?.holder;
  const mine = holder?.kind === 'person' && holder.viewer === me;
  const other = holder?.kind === 'person' && !mine ? holder : null;
  const asking = mine ? (control?.requests[0] ?? null) : null;
  useActions([
    {
      id: 'control.take',
      title: other === null ? 'Take control' : `Take control from ${shownName(other.name)}…`,
      group: 'Gate',
      hint: 'Mouse, keyboard, terminals and files are yours; the agent waits',
      icon: <Hand size={14} />,
      shortcut: 'Alt+C',
      keywords: 'lease mouse keyboard drive',
      when: may && control !== undefined && !mine,
      run: () => (other === null ? act.mutate({ kind: 'take' }) : setAsked('take')),
    },
    {
      id: 'control.ask',
      title: `Ask ${shownName(other?.name ?? '')} for control…`,
      group: 'Gate',
      icon: <HandHelping size={14} />,
      when: may && other !== null,
      run: () => setAsked('ask'),
    },
    {
      id: 'control.give',
      title: `Give control to ${shownName(asking?.name ?? '')}`,
      group: 'Gate',
      icon: <HandHelping size={14} />,
      when: asking !== null,
      run: () => asking !== null && act.mutate({ kind: 'give', to: asking.viewer }),
    },
    {
      id: 'control.release',
      title: 'Hand back control…',
      group: 'Gate',
      icon: <HandHelping size={14} />,
      shortcut: 'Escape',
      urgent: true,
      keywords: 'release give return',
      when: mine,
      run: () => setAsked('return'),
    },
  ]);
  if (!may || control === undefined) return null;
  return (
    <>
      {mine ? (
        <>
          {asking === null ? null : (
            <Tooltip
              label={asking.reason === null ? 'They ask for control' : `They ask: “${shownName(asking.reason)}”`}
            >
              <Button tone="warn" onClick={() => act.mutate({ kind: 'give', to: asking.viewer })}>
                Give to {shownName(asking.name)}
              </Button>
            </Tooltip>
          )}
          <Tooltip label="The agent waits until you hand back (Esc)">
            <Button
              tone="human"
              className="control-mine"
              icon={<HandHelping size={14} />}
              onClick={() => setAsked('return')}
            >
              Hand back
            </Button>
          </Tooltip>
        </>
      ) : other === null ? (
        <Tooltip label="Mouse, keyboard, terminals and files are yours; the agent waits (Alt+C)">
          <Button
            tone="human"
            icon={<Hand size={14} />}
            busy={act.isPending}
            onClick={() => act.mutate({ kind: 'take' })}
          >
            Take control
          </Button>
        </Tooltip>
      ) : (
        <Menu
          align="end"
          trigger={
            <Button tone="human" icon={<Hand size={14} />}>
              {shownName(other.name)} drives
            </Button>
          }
        >
          <MenuItem icon={<HandHelping size={14} />} onSelect={() => setAsked('ask')}>
            Ask for control…
          </MenuItem>
          <MenuItem icon={<Hand size={14} />} tone="danger" onSelect={() => setAsked('take')}>
            Take control…
          </MenuItem>
        </Menu>
      )}
      <LazyPart asked={asked !== undefined}>
        {asked === 'return' && mine ? <HandBackDialog sandbox={sandbox} onClose={() => setAsked(undefined)} /> : null}
        {asked !== undefined && asked !== 'return' && other !== null ? (
          <TakeDialog sandbox={sandbox} from={other.name} ask={asked === 'ask'} onClose={() => setAsked(undefined)} />
        ) : null}
      </LazyPart>
    </>
  );
}

/** Said once, as it happens; what is said stays beside the screen and the terminals. */
function useLossNews(sandbox: Sandbox): void {
  const loss = useControlLoss(sandbox.id);
  // What happened before this page was opened is no news.
  const told = useRef(serverNowMs());
  const { atMs = 0, title, detail } = loss ?? {};
  useEffect(() => {
    if (title === undefined || atMs <= told.current) return;
    told.current = atMs;
    toast.fail(title, detail);
  }, [atMs, title, detail]);
}
