import type { Sandbox } from '@sandglass/protocol';
import { type CommandGroup, type CommandItem, CommandPalette } from '@sandglass/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { FileCode, Flag } from 'lucide-react';
import { useState } from 'react';
import { type Action, groupActions, shortcutsOf } from '../../platform/actions.ts';
import { checkpointsOf } from '../../platform/checkpoints.ts';
import { StatusDot } from '../../platform/StatusPill.tsx';
import { useSandboxes } from '../../platform/sandboxes.ts';
import { shownShortcut } from '../../platform/shortcuts.ts';
import { shownName } from '../../platform/shownName.ts';
import { isEnded, statusOf } from '../../platform/status.ts';
import { useStore } from '../../platform/store.ts';
import { useAllActions } from '../../platform/useAction.ts';
import { recent } from './recent.ts';

interface PaletteProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onGo: (sandbox: string, search: { file?: string; checkpoint?: string }) => void;
}

/** Names that a sandbox chose are long at will; a line of the list is not. */
const SHOWN_CHARACTERS = 120;
const shorten = (text: string): string => {
  const shown = shownName(text.slice(0, SHOWN_CHARACTERS));
  return text.length > SHOWN_CHARACTERS ? `${shown}…` : shown;
};

/** Everything that can be done, and everything that can be gone to; once something is typed, the best match of all first. */
export default function ActionPalette({ open, onOpenChange, onGo }: PaletteProps) {
  const all = useAllActions().filter((action) => action.keyOnly !== true);
  const { actions, files, sandboxes } = useStore(recent);
  const known = useSandboxes().data ?? [];
  const here = useRouterState({ select: (state) => /^\/s\/([^/]+)/.exec(state.location.pathname)?.[1] });
  const queries = useQueryClient();
  const points = here === undefined ? [] : checkpointsOf(queries, here as never);
  const [query, setQuery] = useState('');
  const listed = new Set<string>();
  const actionItem = (action: Action, prefix = ''): CommandItem => ({
    id: `${prefix}${action.id}`,
    title: shorten(action.title),
    icon: action.icon,
    hint: action.hint,
    keywords: `${action.group} ${action.keywords ?? ''}`,
    shortcuts: shortcutsOf(action)
      .slice(0, 1)
      .map((shortcut) => shownShortcut(shortcut)),
    blocked: action.blocked,
    onSelect: () => {
      recent.did(action.id);
      action.run();
    },
  });
  const lately = actions.flatMap((id) => {
    const action = all.find((each) => each.id === id);
    if (action === undefined) return [];
    listed.add(id);
    return [actionItem(action, 'recent:')];
  });
  const groups = groupActions(all.filter((action) => !listed.has(action.id)));
  const ranked = [...known].sort((one, other) => rankOf(one, sandboxes) - rankOf(other, sandboxes));
  const list: CommandGroup[] = [
    { heading: 'Recent', items: lately },
    ...groups.map(({ group, actions: members }) => ({
      heading: group,
      items: members.map((action) => actionItem(action)),
    })),
    {
      heading: 'Go to sandbox',
      items: ranked
        .filter((sandbox) => sandbox.id !== here)
        .map((sandbox) => ({
          id: `sandbox:${sandbox.id}`,
          title: shorten(sandbox.name),
          icon: <StatusDot sandbox={sandbox} />,
          hint: `${sandbox.id} · ${statusOf(sandbox).label}`,
          keywords: Object.entries(sandbox.labels)
            .map(([key, value]) => `${key} ${value}`)
            .join(' '),
          onSelect: () => onGo(sandbox.id, {}),
        })),
    },
    {
      heading: 'Files opened lately',
      items: files
        .filter(({ sandbox }) => known.some((each) => each.id === sandbox && !isEnded(each)))
        .map(({ sandbox, path }) => ({
          id: `file:${sandbox}:${path}`,
          title: shorten(path.split('/').at(-1) ?? path),
          icon: <FileCode size={14} />,
          hint: sandbox === here ? shorten(path) : `${shorten(path)} · ${nameOf(known, sandbox)}`,
          keywords: path,
          onSelect: () => onGo(sandbox, { file: path }),
        })),
    },
    {
      heading: 'Checkpoints',
      items: points.map((point) => ({
        id: `checkpoint:${point.id}`,
        title: `Checkpoint #${point.number}`,
        icon: <Flag size={14} />,
        hint: point.name === `#${point.number}` ? undefined : shorten(point.name),
        onSelect: () => onGo(point.sandbox, { checkpoint: point.id }),
      })),
    },
  ];
  return (
    <CommandPalette
      open={open}
      onOpenChange={(next) => {
        setQuery('');
        onOpenChange(next);
      }}
      label="Everything that can be done"
      placeholder="Type what to do, or where to go"
      groups={query.trim() === '' ? list : [{ heading: 'Matches', items: list.flatMap(({ items }) => items) }]}
      onQueryChange={setQuery}
      empty={(query) => <>Nothing here is called “{shorten(query)}”.</>}
    />
  );
}

/** Recently opened first, then the living, then the ended; else as the server lists them, newest first. */
function rankOf(sandbox: Sandbox, lately: readonly string[]): number {
  const at = lately.indexOf(sandbox.id);
  if (at >= 0) return at - lately.length;
  return isEnded(sandbox) ? 1 : 0;
}

const nameOf = (known: readonly Sandbox[], id: string): string =>
  shorten(known.find((sandbox) => sandbox.id === id)?.name ?? id);
