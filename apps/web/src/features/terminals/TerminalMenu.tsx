import type { Terminal } from '@sandglass/protocol';
import { IconButton, Menu, MenuItem, MenuSeparator } from '@sandglass/ui';
import {
  ClipboardPaste,
  Columns2,
  Copy,
  Ellipsis,
  FileDown,
  Pencil,
  RotateCcw,
  Rows2,
  Search,
  Settings2,
  TextSelect,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { useState } from 'react';
import { RenameQuestion } from './RenameQuestion.tsx';
import { RestartQuestion } from './RestartQuestion.tsx';
import { TerminalSettingsDialog } from './TerminalSettingsDialog.tsx';
import type { TerminalState } from './terminalModel.ts';
import { zoomTerminals } from './terminalSettings.ts';
import type { TerminalViewModel } from './terminalViewModel.ts';
import type { TerminalCommands } from './useTerminalCommands.ts';

interface TerminalMenuProps {
  readonly info: Terminal;
  readonly state: TerminalState;
  readonly view: TerminalViewModel;
  readonly commands: TerminalCommands;
}

/** Everything that can be done with a terminal. What this person may not do is left out. */
export function TerminalMenu({ info, state, view, commands }: TerminalMenuProps) {
  const [dialog, setDialog] = useState<'rename' | 'restart' | 'settings' | null>(null);
  const close = () => setDialog(null);
  const { split, restart, downloadCast } = commands;
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton size="small" label={`Actions of ${info.name}`}>
            <Ellipsis size={13} />
          </IconButton>
        }
      >
        <MenuItem icon={<Search size={13} />} shortcut="Ctrl F" onSelect={() => view.openFind()}>
          Find…
        </MenuItem>
        <MenuItem icon={<Copy size={13} />} shortcut="Ctrl C" onSelect={commands.copy}>
          Copy selection
        </MenuItem>
        <MenuItem icon={<TextSelect size={13} />} onSelect={commands.selectAll}>
          Select all
        </MenuItem>
        {state.mayInput ? (
          <MenuItem icon={<ClipboardPaste size={13} />} shortcut="Ctrl V" onSelect={commands.paste}>
            Paste
          </MenuItem>
        ) : null}
        <MenuSeparator />
        <MenuItem icon={<ZoomIn size={13} />} shortcut="Ctrl +" onSelect={() => zoomTerminals(1)}>
          Larger text
        </MenuItem>
        <MenuItem icon={<ZoomOut size={13} />} shortcut="Ctrl −" onSelect={() => zoomTerminals(-1)}>
          Smaller text
        </MenuItem>
        <MenuItem icon={<Settings2 size={13} />} onSelect={() => setDialog('settings')}>
          How terminals look and behave…
        </MenuItem>
        {downloadCast === undefined ? null : (
          <MenuItem icon={<FileDown size={13} />} onSelect={downloadCast}>
            Download as asciicast
          </MenuItem>
        )}
        {commands.rename === undefined ? null : (
          <>
            <MenuSeparator />
            {split === undefined ? null : (
              <>
                <MenuItem icon={<Columns2 size={13} />} onSelect={() => split('right')}>
                  Split to the right
                </MenuItem>
                <MenuItem icon={<Rows2 size={13} />} onSelect={() => split('below')}>
                  Split below
                </MenuItem>
              </>
            )}
            <MenuItem icon={<Pencil size={13} />} onSelect={() => setDialog('rename')}>
              Rename…
            </MenuItem>
            {restart === undefined ? null : (
              <MenuItem
                icon={<RotateCcw size={13} />}
                onSelect={() => (state.phase === 'ended' ? restart() : setDialog('restart'))}
              >
                {state.phase === 'ended' ? 'Start again' : 'Restart…'}
              </MenuItem>
            )}
          </>
        )}
      </Menu>
      {dialog === 'rename' && commands.rename !== undefined ? (
        <RenameQuestion name={info.name} onRename={commands.rename} onClose={close} />
      ) : null}
      {dialog === 'restart' && restart !== undefined ? (
        <RestartQuestion name={info.name} onRestart={restart} onClose={close} />
      ) : null}
      {dialog === 'settings' ? <TerminalSettingsDialog onClose={close} /> : null}
    </>
  );
}
