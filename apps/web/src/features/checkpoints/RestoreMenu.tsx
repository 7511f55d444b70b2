import type { Checkpoint, Sandbox } from '@sandglass/protocol';
import { Menu, MenuItem } from '@sandglass/ui';
import { Flag } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { RestoreDialog } from './RestoreDialog.tsx';

/** Which checkpoint to go back to; the dialog then says what that loses. */
export function RestoreMenu({
  sandbox,
  points,
  disabled,
  children,
}: {
  sandbox: Sandbox;
  points: readonly Checkpoint[];
  disabled: boolean;
  children: ReactElement;
}) {
  const [chosen, setChosen] = useState<Checkpoint>();
  const [open, setOpen] = useState(false);
  if (disabled && !open) return children;
  return (
    <>
      <Menu trigger={children}>
        {points.slice(0, 12).map((point) => (
          <MenuItem
            key={point.id}
            icon={<Flag size={13} />}
            onSelect={() => {
              setChosen(point);
              setOpen(true);
            }}
          >
            #{point.number} {point.name === `#${point.number}` ? '' : point.name}
          </MenuItem>
        ))}
      </Menu>
      {chosen === undefined ? null : (
        <RestoreDialog sandbox={sandbox} checkpoint={chosen} open={open} onOpenChange={setOpen} />
      )}
    </>
  );
}
