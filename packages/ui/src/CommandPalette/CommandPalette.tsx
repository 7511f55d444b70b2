import { Dialog as Base } from '@base-ui/react/dialog';
import { CommandInput, CommandList, CommandRoot, defaultFilter } from 'cmdk';
import { Search } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Kbd } from '../Kbd/Kbd.tsx';
import { type CommandGroup, PaletteGroup } from './PaletteGroup.tsx';
import { PaletteStatus } from './PaletteStatus.tsx';
import '../Layer/layer.css';
import './commandPalette.css';

export interface CommandPaletteProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** What this list is, for who cannot see it. */
  readonly label: string;
  readonly placeholder: string;
  readonly groups: readonly CommandGroup[];
  /** What is typed. The owner may listen and add items that it had to ask for (`found: true` keeps them as they are). */
  readonly onQueryChange?: (query: string) => void;
  /** More is on its way: said under the list, in these words. */
  readonly loading?: string | undefined;
  /** Nothing fits what was typed. */
  readonly empty?: (query: string) => ReactNode;
}

/** A list of everything, found by typing: arrows walk, Enter does it, Escape leaves. */
export function CommandPalette({ open, onOpenChange, ...rest }: CommandPaletteProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="ui-backdrop" />
        <Base.Popup className="ui-dialog ui-palette" aria-label={rest.label}>
          <PaletteBody {...rest} onClose={() => onOpenChange(false)} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Apart, so that what was typed goes with the closed dialog. */
function PaletteBody({
  label,
  placeholder,
  groups,
  onQueryChange,
  loading,
  empty,
  onClose,
}: Omit<CommandPaletteProps, 'open' | 'onOpenChange'> & { onClose: () => void }) {
  const [query, setQuery] = useState('');
  const change = (next: string) => {
    setQuery(next);
    onQueryChange?.(next);
  };
  return (
    <CommandRoot label={label} filter={scoreOf} loop>
      <div className="ui-palette-field">
        <Search size={15} />
        <CommandInput
          className="ui-palette-input"
          placeholder={placeholder}
          value={query}
          onValueChange={change}
          autoFocus
        />
        <Kbd>Esc</Kbd>
      </div>
      <CommandList className="ui-palette-list" label={label}>
        {groups.map((group) => (
          <PaletteGroup key={group.heading} group={group} onClose={onClose} />
        ))}
      </CommandList>
      <PaletteStatus query={query} loading={loading} empty={empty} />
    </CommandRoot>
  );
}

/** The value is an id; the words to find it by come first of the keywords, so that a title counts before its other words. */
function scoreOf(_value: string, query: string, words: string[] = []): number {
  const [kind, title = '', ...others] = words;
  return kind === 'found' ? 1 : defaultFilter(title, query, others);
}
