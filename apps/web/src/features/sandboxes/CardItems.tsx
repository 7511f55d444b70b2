import type { Sandbox } from '@sandglass/protocol';
import { MenuItem, MenuSeparator, toast } from '@sandglass/ui';
import {
  Camera,
  Check,
  Copy,
  EyeOff,
  Link as LinkIcon,
  Pause,
  Play,
  Skull,
  Snowflake,
  SquareArrowOutUpRight,
  Sun,
} from 'lucide-react';
import { isEnded } from '../../platform/status.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { unfit } from './bulkModel.ts';
import { useWall } from './wallContext.ts';

/** What can be done with a sandbox without opening it: the same from its button, by a right click and by the menu key. */
export function CardItems({ sandbox, onOpen }: { sandbox: Sandbox; onOpen: () => void }) {
  const wall = useWall();
  const mayOperate = useMayOperate(sandbox);
  const copy = (text: string, what: string) =>
    void navigator.clipboard?.writeText(text).then(() => toast.say(`${what} copied`, text));
  const address = new URL(`/s/${sandbox.id}`, location.href).href;
  return (
    <>
      <MenuItem icon={<SquareArrowOutUpRight size={13} />} shortcut="Enter" onSelect={onOpen}>
        Open
      </MenuItem>
      <MenuItem icon={<Check size={13} />} shortcut="Space" onSelect={() => wall.toggle(sandbox.id)}>
        {wall.chosen.has(sandbox.id) ? 'Take out of the selection' : 'Select'}
      </MenuItem>
      {mayOperate && !isEnded(sandbox) ? (
        <>
          <MenuSeparator />
          {unfit('pause', sandbox) === undefined ? (
            <MenuItem icon={<Pause size={13} />} onSelect={() => wall.ask('pause', sandbox)}>
              Pause
            </MenuItem>
          ) : null}
          {unfit('continue', sandbox) === undefined ? (
            <MenuItem icon={<Play size={13} />} onSelect={() => wall.ask('continue', sandbox)}>
              Continue
            </MenuItem>
          ) : null}
          {unfit('freeze', sandbox) === undefined ? (
            <MenuItem icon={<Snowflake size={13} />} onSelect={() => wall.ask('freeze', sandbox)}>
              Freeze
            </MenuItem>
          ) : null}
          {unfit('thaw', sandbox) === undefined ? (
            <MenuItem icon={<Sun size={13} />} onSelect={() => wall.ask('thaw', sandbox)}>
              Thaw
            </MenuItem>
          ) : null}
          {unfit('checkpoint', sandbox) === undefined ? (
            <MenuItem icon={<Camera size={13} />} onSelect={() => wall.ask('checkpoint', sandbox)}>
              Checkpoint
            </MenuItem>
          ) : null}
        </>
      ) : null}
      <MenuSeparator />
      <MenuItem icon={<Copy size={13} />} onSelect={() => copy(sandbox.id, 'Id')}>
        Copy its id
      </MenuItem>
      <MenuItem icon={<Copy size={13} />} onSelect={() => copy(sandbox.name, 'Name')}>
        Copy its name
      </MenuItem>
      <MenuItem icon={<LinkIcon size={13} />} onSelect={() => copy(address, 'Link')}>
        Copy a link to it
      </MenuItem>
      {sandbox.phase === 'failed' && wall.needs.has(sandbox.id) ? (
        <MenuItem icon={<EyeOff size={13} />} onSelect={() => wall.markSeen(sandbox.id)}>
          I have seen it
        </MenuItem>
      ) : null}
      {mayOperate && !isEnded(sandbox) ? (
        <>
          <MenuSeparator />
          <MenuItem icon={<Skull size={13} />} tone="danger" onSelect={() => wall.askKill([sandbox])}>
            Kill…
          </MenuItem>
        </>
      ) : null}
    </>
  );
}
