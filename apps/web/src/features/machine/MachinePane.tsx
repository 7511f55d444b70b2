import type { Sandbox } from '@sandglass/protocol';
import { EmptyState } from '@sandglass/ui';
import { Snowflake } from 'lucide-react';
import { type PaneProps, usePane } from '../../platform/pane.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isEnded } from '../../platform/status.ts';
import { EgressSection } from './EgressSection.tsx';
import './machine.css';
import { PortsSection } from './PortsSection.tsx';
import { ProcessesSection } from './ProcessesSection.tsx';
import { ResourcesSection } from './ResourcesSection.tsx';

/** What runs in the sandbox, what it uses, what it listens on and whom it calls. */
export default function MachinePane({ sandbox: id }: PaneProps) {
  const sandbox = useSandbox(id);
  const { visible } = usePane();
  if (sandbox === undefined) return null;
  if (isEnded(sandbox))
    return (
      <EmptyState title="It has ended">Nothing runs in it any more. Its recording and checkpoints are kept.</EmptyState>
    );
  return (
    <div className="machine">
      {sandbox.phase === 'frozen' ? <FrozenNote /> : null}
      <ResourcesSection sandbox={sandbox} active={visible} />
      <ProcessesSection sandbox={sandbox} active={visible && answers(sandbox)} />
      <PortsSection sandbox={sandbox} active={visible && answers(sandbox)} />
      <EgressSection sandbox={sandbox} />
    </div>
  );
}

const answers = (sandbox: Sandbox): boolean => sandbox.phase === 'running' || sandbox.phase === 'checkpointing';

function FrozenNote() {
  return (
    <p className="machine-note">
      <Snowflake size={12} /> Frozen: as it was when it stopped
    </p>
  );
}
