import { IconButton, Menu, MenuItem, MenuSeparator } from '@sandglass/ui';
import { ALargeSmall, Camera, Download, Ellipsis, Gauge, Scaling } from 'lucide-react';
import { useStore } from '../../platform/store.ts';
import type { ScreenCommands } from './screenCommands.ts';
import type { ScreenViewModel } from './screenView.ts';

export function ScreenMenu({ view, commands }: { view: ScreenViewModel; commands: ScreenCommands }) {
  const { measured } = useStore(view);
  const { fitRemote } = commands;
  return (
    <Menu
      align="end"
      trigger={
        <IconButton size="small" label="Actions of the desktop">
          <Ellipsis size={14} />
        </IconButton>
      }
    >
      <MenuItem icon={<Download size={13} />} onSelect={commands.download}>
        Download a picture
      </MenuItem>
      <MenuItem icon={<Camera size={13} />} onSelect={commands.copy}>
        Copy a picture
      </MenuItem>
      <MenuSeparator />
      {fitRemote === undefined ? null : (
        <>
          <MenuItem icon={<Scaling size={13} />} onSelect={() => fitRemote(1)}>
            Fit screen to pane
          </MenuItem>
          <MenuItem icon={<ALargeSmall size={13} />} onSelect={() => fitRemote(1.25)}>
            Fit, with larger text
          </MenuItem>
          <MenuItem icon={<ALargeSmall size={13} />} onSelect={() => fitRemote(1.6)}>
            Fit, with the largest text
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      <MenuItem icon={<Gauge size={13} />} onSelect={() => view.setMeasured(!measured)}>
        {measured ? 'Hide frame rate and response' : 'Show frame rate and response'}
      </MenuItem>
    </Menu>
  );
}
