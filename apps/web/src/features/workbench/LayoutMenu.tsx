import type { Sandbox } from '@sandglass/protocol';
import { IconButton, Menu, MenuItem, MenuSeparator } from '@sandglass/ui';
import { LayoutPanelLeft, PanelTop, Pencil, RotateCcw, Skull, SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { useMayOperate } from '../../platform/useSession.ts';
import { possiblePanes, titles } from './layout.ts';
import { RenameDialog } from './RenameDialog.tsx';
import { useTerminals } from './terminals.ts';
import type { Dock } from './Workbench.tsx';

/** Shows any pane, also one that was closed, and puts the layout back. */
export function LayoutMenu({
  sandbox,
  dock,
  onKill,
}: {
  sandbox: Sandbox;
  dock: Dock | null;
  onKill: (() => void) | undefined;
}) {
  const mayOperate = useMayOperate(sandbox);
  const terminals = useTerminals(sandbox.id, sandbox.phase !== 'creating').data ?? [];
  const [renaming, setRenaming] = useState(false);
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label="Panes and layout">
            <LayoutPanelLeft size={15} />
          </IconButton>
        }
      >
        {dock === null ? null : (
          <>
            {possiblePanes(sandbox).map((kind) => (
              <MenuItem key={kind} icon={<PanelTop size={13} />} onSelect={() => dock.show(kind)}>
                {titles[kind]}
              </MenuItem>
            ))}
            {terminals
              .filter((terminal) => terminal.exit === null)
              .map((terminal) => (
                <MenuItem
                  key={terminal.id}
                  icon={<SquareTerminal size={13} />}
                  onSelect={() => dock.openTerminal(terminal.id, terminal.name)}
                >
                  {terminal.name}
                </MenuItem>
              ))}
            <MenuSeparator />
            <MenuItem icon={<RotateCcw size={13} />} onSelect={dock.reset}>
              Reset layout
            </MenuItem>
          </>
        )}
        {mayOperate ? (
          <MenuItem icon={<Pencil size={13} />} onSelect={() => setRenaming(true)}>
            Rename…
          </MenuItem>
        ) : null}
        {onKill === undefined ? null : (
          <MenuItem icon={<Skull size={13} />} tone="danger" onSelect={onKill}>
            Kill…
          </MenuItem>
        )}
      </Menu>
      <RenameDialog sandbox={sandbox} open={renaming} onOpenChange={setRenaming} />
    </>
  );
}
