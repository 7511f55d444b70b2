import type { Sandbox } from '@sandglass/protocol';
import { Plug } from 'lucide-react';
import { lazy, useState } from 'react';
import { LazyPart } from '../../platform/LazyPart.tsx';
import { useAction } from '../../platform/useAction.ts';

const ConnectSheet = lazy(() => import('./ConnectSheet.tsx'));

/** On every page: the action that the rail, the first run and ⌘K ask for. `sandbox` is the one on show. */
export function Connect({ sandbox }: { sandbox: Pick<Sandbox, 'id' | 'name'> | undefined }) {
  const [phase, setPhase] = useState<'never' | 'open' | 'closed'>('never');
  useAction({
    id: 'agent.connect',
    title: 'Connect an agent…',
    group: 'Sandboxes',
    hint: 'A token and the lines to paste',
    icon: <Plug size={14} />,
    keywords: 'e2b mcp sdk token playwright computer use api door snippet',
    run: () => setPhase('open'),
  });
  if (phase === 'never') return null;
  return (
    <LazyPart asked={phase === 'open'}>
      <ConnectSheet
        key={sandbox?.id ?? 'any'}
        open={phase === 'open'}
        onOpenChange={(open) => setPhase(open ? 'open' : 'closed')}
        {...(sandbox === undefined ? {} : { sandbox })}
      />
    </LazyPart>
  );
}
