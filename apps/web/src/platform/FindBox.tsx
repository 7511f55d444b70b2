import { Input } from '@sandglass/ui';
import { Search } from 'lucide-react';
import { useId } from 'react';
import './findBox.css';
import { useAction } from './useAction.ts';

interface FindBoxProps {
  /** What it does, as a button would say it; its name, too. */
  readonly title: string;
  readonly group: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Finds in the list of a page: `/` leads to it, Escape empties it. */
export function FindBox({ title, group, placeholder, value, onChange }: FindBoxProps) {
  const id = useId();
  useAction({
    id: `find:${group}`,
    title,
    group,
    icon: <Search size={14} />,
    shortcut: '/',
    run: () => document.getElementById(id)?.focus(),
  });
  return (
    <div className="find-box">
      <Search size={14} className="find-box-icon" aria-hidden="true" />
      <Input
        id={id}
        type="search"
        aria-label={title}
        placeholder={placeholder}
        value={value}
        maxLength={200}
        onValueChange={onChange}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') return;
          event.preventDefault();
          onChange('');
        }}
      />
    </div>
  );
}
