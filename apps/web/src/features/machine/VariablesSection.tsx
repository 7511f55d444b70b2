import type { Sandbox } from '@sandglass/protocol';
import { Button } from '@sandglass/ui';
import { Variable as VariableIcon } from 'lucide-react';
import { lazy, useState } from 'react';
import { LazyPart } from '../../platform/LazyPart.tsx';
import { shownName } from '../../platform/shownName.ts';
import { isEnded } from '../../platform/status.ts';
import { useAction } from '../../platform/useAction.ts';
import { mayOnlyWatch, useMayOperate } from '../../platform/useSession.ts';
import { Section } from './Section.tsx';
import { variablesOf } from './variables.ts';

const VariablesDialog = lazy(() => import('./VariablesDialog.tsx'));

const FIRST = 4;

/** What programs are given; what was changed since the sandbox was created stands first. */
export function VariablesSection({ sandbox }: { sandbox: Sandbox }) {
  const mayOperate = useMayOperate(sandbox);
  const [open, setOpen] = useState(false);
  const variables = variablesOf(sandbox);
  const changed = variables.filter((variable) => variable.changed);
  useAction({
    id: 'machine.variables',
    title: 'Variables…',
    group: 'Sandbox',
    hint: 'For programs that are started from now on',
    icon: <VariableIcon size={14} />,
    keywords: 'environment env export',
    when: !isEnded(sandbox),
    blocked: mayOperate ? undefined : mayOnlyWatch,
    run: () => setOpen(true),
  });
  return (
    <Section
      title="Variables"
      note={changed.length > 0 ? `${changed.length} changed` : variables.length === 0 ? 'none set' : variables.length}
    >
      <ul className="machine-list">
        {[...changed, ...variables.filter((variable) => !variable.changed)]
          .slice(0, FIRST)
          .map(({ name, value, removed }) => (
            <li key={name} title={removed || value === null ? name : shownName(`${name}=${value}`).slice(0, 400)}>
              <span className="machine-name">{name}</span>
              <span className="machine-value">
                {removed ? 'taken away' : value === null ? '•••' : shownName(value).slice(0, 40)}
              </span>
            </li>
          ))}
      </ul>
      {mayOperate && !isEnded(sandbox) ? (
        <Button size="small" tone="quiet" className="machine-more" onClick={() => setOpen(true)}>
          Variables…
        </Button>
      ) : null}
      {open ? (
        <LazyPart>
          <VariablesDialog sandbox={sandbox} onClose={() => setOpen(false)} />
        </LazyPart>
      ) : null}
    </Section>
  );
}
