import type { Sandbox } from '@sandglass/protocol';
import { IconButton, Menu, MenuItem, MenuSeparator, toast } from '@sandglass/ui';
import { Copy, Ellipsis, Pause, Play, Skull } from 'lucide-react';
import { useState } from 'react';
import { KillDialog } from '../../platform/KillDialog.tsx';
import { useLifecycle } from '../../platform/lifecycle.ts';
import { isEnded } from '../../platform/status.ts';
import { useMayOperate } from '../../platform/useSession.ts';

/** What can be done with a sandbox without opening it. */
export function CardMenu({ sandbox }: { sandbox: Sandbox }) {
  const mayOperate = useMayOperate(sandbox);
  const { ask } = useLifecycle(sandbox.id);
  const [killing, setKilling] = useState(false);
  const canFreeze = sandbox.capabilities.freeze !== 'none';
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label={`Actions of ${sandbox.name}`} size="small" className="card-menu">
            <Ellipsis size={15} />
          </IconButton>
        }
      >
        {mayOperate && canFreeze && sandbox.phase === 'running' ? (
          <MenuItem icon={<Pause size={13} />} onSelect={() => ask('freeze')}>
            Freeze
          </MenuItem>
        ) : null}
        {mayOperate && sandbox.phase === 'frozen' ? (
          <MenuItem icon={<Play size={13} />} onSelect={() => ask('thaw')}>
            Thaw
          </MenuItem>
        ) : null}
        <MenuItem
          icon={<Copy size={13} />}
          onSelect={() =>
            void navigator.clipboard?.writeText(sandbox.id).then(() => toast.say('Id copied', sandbox.id))
          }
        >
          Copy its id
        </MenuItem>
        {mayOperate && !isEnded(sandbox) ? (
          <>
            <MenuSeparator />
            <MenuItem icon={<Skull size={13} />} tone="danger" onSelect={() => setKilling(true)}>
              Kill…
            </MenuItem>
          </>
        ) : null}
      </Menu>
      <KillDialog sandbox={sandbox} open={killing} onOpenChange={setKilling} />
    </>
  );
}
