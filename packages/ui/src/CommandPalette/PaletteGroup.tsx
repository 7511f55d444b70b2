import { CommandGroup as Base, CommandItem as BaseItem } from 'cmdk';
import type { ReactNode } from 'react';
import { Kbd } from '../Kbd/Kbd.tsx';

export interface CommandItem {
  /** Unique in the list. */
  readonly id: string;
  readonly title: string;
  readonly icon?: ReactNode;
  readonly hint?: string | undefined;
  /** Other words to find it by. */
  readonly keywords?: string | undefined;
  /** Keys that do the same, as a person reads them. */
  readonly shortcuts?: readonly string[];
  /** Why it cannot be done now: shown in place of the hint, and it cannot be chosen. */
  readonly blocked?: string | undefined;
  /** It was asked for by what is typed: it fits, whatever its words are. */
  readonly found?: boolean;
  /** The list stays open after it: it leads to another list. */
  readonly stays?: boolean;
  readonly onSelect: () => void;
}

export interface CommandGroup {
  readonly heading: string;
  readonly items: readonly CommandItem[];
}

export function PaletteGroup({ group, onClose }: { group: CommandGroup; onClose: () => void }) {
  if (group.items.length === 0) return null;
  return (
    <Base heading={group.heading} className="ui-palette-group">
      {group.items.map((item) => (
        <PaletteItem key={item.id} item={item} onClose={onClose} heading={group.heading} />
      ))}
    </Base>
  );
}

function PaletteItem({ item, heading, onClose }: { item: CommandItem; heading: string; onClose: () => void }) {
  const words = [item.found === true ? 'found' : 'listed', item.title, item.keywords ?? '', heading];
  const select = () => {
    // First it goes, so that focus is back where it was when the item does something with it.
    if (item.stays !== true) onClose();
    item.onSelect();
  };
  const hint = item.blocked ?? item.hint;
  return (
    <BaseItem
      value={item.id}
      keywords={words}
      disabled={item.blocked !== undefined}
      onSelect={select}
      className="ui-palette-item"
    >
      <span className="ui-palette-icon">{item.icon}</span>
      <span className="ui-palette-words">
        <span className="ui-palette-title">{item.title}</span>
        {hint === undefined ? null : <span className="ui-palette-hint">{hint}</span>}
      </span>
      {(item.shortcuts ?? []).map((shortcut) => (
        <Kbd key={shortcut}>{shortcut}</Kbd>
      ))}
    </BaseItem>
  );
}
