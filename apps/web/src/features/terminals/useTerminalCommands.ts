import type { SandboxId, Terminal } from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../../platform/client.tsx';
import { useDownload } from '../../platform/downloads.ts';
import { describeFailure } from '../../platform/errors.ts';
import { type SplitDirection, usePane, usePaneActions } from '../../platform/pane.ts';
import type { XtermScreen } from './xtermScreen.ts';

/** What can be done with a terminal. Absent = not by this person, or not here. */
export interface TerminalCommands {
  readonly copy: () => void;
  readonly selectAll: () => void;
  readonly paste: () => void;
  readonly rename: ((name: string) => Promise<void>) | undefined;
  readonly split: ((direction: SplitDirection) => void) | undefined;
  /** Hangs up what still runs, and opens a shell of the same name in its place. */
  readonly restart: (() => void) | undefined;
  readonly downloadCast: (() => void) | undefined;
}

interface CommandOptions {
  readonly sandbox: SandboxId;
  readonly info: Terminal;
  readonly screen: XtermScreen | null;
  readonly mayOperate: boolean;
  readonly rename: (name: string) => Promise<void>;
}

export function useTerminalCommands({ sandbox, info, screen, mayOperate, rename }: CommandOptions): TerminalCommands {
  const restart = useRestart(sandbox, info);
  const { splitTerminal } = usePaneActions();
  const pane = usePane();
  const download = useDownload();
  return {
    copy: () => {
      const text = screen?.selection ?? '';
      if (text === '') toast.say('Nothing is selected', 'Drag over text in the terminal first.');
      else void writeClipboard(text);
    },
    selectAll: () => screen?.selectAll(),
    paste: () => void readClipboard().then((text) => text !== undefined && screen?.offerPaste(text)),
    rename: mayOperate ? rename : undefined,
    split: mayOperate && splitTerminal !== undefined ? (direction) => splitTerminal(pane.id, direction) : undefined,
    // An agent's terminal is the agent's to start.
    restart: mayOperate && info.owner === 'person' ? restart : undefined,
    downloadCast:
      download === undefined ? undefined : () => download('asciicast', { params: { sandbox, terminal: info.id } }),
  };
}

function useRestart(sandbox: SandboxId, info: Terminal): () => void {
  const client = useClient();
  const queries = useQueryClient();
  const pane = usePane();
  const { openTerminal } = usePaneActions();
  const again = useMutation({
    mutationFn: async () => {
      if (info.exit === null)
        await client.request('closeTerminal', { params: { sandbox, terminal: info.id } }).catch(() => undefined);
      const { name, columns, rows } = info;
      return await client.request('openTerminal', {
        params: { sandbox },
        body: { name, columns, rows, owner: 'person' },
      });
    },
    onSuccess: (terminal) => {
      queries.setQueryData<Terminal[]>(['terminals', sandbox], (all) =>
        all?.some((each) => each.id === terminal.id) ? all : [...(all ?? []), terminal],
      );
      openTerminal(terminal.id, terminal.name);
      pane.close();
    },
    onError: (error) => toast.fail('No terminal was opened', describeFailure(error).detail),
  });
  return () => {
    if (!again.isPending) again.mutate();
  };
}

async function writeClipboard(text: string): Promise<void> {
  await navigator.clipboard
    ?.writeText(text)
    .catch(() => toast.fail('Your browser did not allow it', 'Allow this page to use the clipboard, then try again.'));
}

async function readClipboard(): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    toast.fail('Your browser did not give the clipboard', 'Click the terminal and press Ctrl+V instead.');
    return undefined;
  }
}
