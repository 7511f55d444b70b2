import type { Terminal } from '@sandglass/protocol';
import { usePane } from '../../platform/pane.ts';
import { useActions } from '../../platform/useAction.ts';
import type { TerminalState } from './terminalModel.ts';
import { zoomTerminals } from './terminalSettings.ts';
import type { TerminalViewModel } from './terminalViewModel.ts';
import type { TerminalCommands } from './useTerminalCommands.ts';

interface TerminalActionOptions {
  readonly info: Terminal;
  readonly state: TerminalState;
  readonly view: TerminalViewModel;
  readonly commands: TerminalCommands;
}

/** What can be done with the terminals that are seen, for ⌘K and `?`. Their keys are taken by xterm, which has the focus. */
export function useTerminalActions({ info, state, view, commands }: TerminalActionOptions): void {
  const { visible } = usePane();
  const { split, restart, downloadCast } = commands;
  const of = (verb: string) => ({ id: `terminal.${verb}:${info.id}`, group: 'Terminal', when: visible });
  useActions([
    {
      ...of('find'),
      title: `Find in “${info.name}”`,
      shortcut: 'Mod+F',
      within: '.terminal-pane',
      run: () => view.openFind(),
    },
    {
      ...of('larger'),
      title: 'Larger text in terminals',
      shortcut: 'Mod++',
      within: '.terminal-pane',
      run: () => zoomTerminals(1),
    },
    {
      ...of('smaller'),
      title: 'Smaller text in terminals',
      shortcut: 'Mod+-',
      within: '.terminal-pane',
      run: () => zoomTerminals(-1),
    },
    {
      ...of('right'),
      title: `Split “${info.name}” to the right`,
      when: visible && split !== undefined,
      run: () => split?.('right'),
    },
    {
      ...of('below'),
      title: `Split “${info.name}” below`,
      when: visible && split !== undefined,
      run: () => split?.('below'),
    },
    {
      ...of('cast'),
      title: `Download “${info.name}” as asciicast`,
      keywords: 'export asciinema recording',
      when: visible && downloadCast !== undefined,
      run: () => downloadCast?.(),
    },
    {
      ...of('again'),
      title: `Start “${info.name}” again`,
      when: visible && restart !== undefined && state.phase === 'ended',
      run: () => restart?.(),
    },
  ]);
}
