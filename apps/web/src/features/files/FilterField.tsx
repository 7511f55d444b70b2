import { IconButton } from '@sandglass/ui';
import { Search, X } from 'lucide-react';

interface FilterFieldProps {
  /** null: not filtered. */
  readonly filter: string | null;
  readonly onFilter: (filter: string | null) => void;
  /** Back to the tree. */
  readonly onLeave: () => void;
  readonly root: string;
  readonly rootName: string;
}

/** What the tree shows, or the words that its names must hold; typing in the tree brings it up. */
export function FilterField({ filter, onFilter, onLeave, root, rootName }: FilterFieldProps) {
  return (
    <>
      {filter === null ? (
        <bdi className="files-root" title={root}>
          {rootName}
        </bdi>
      ) : (
        <input
          // biome-ignore lint/a11y/noAutofocus: it appears because somebody began to type
          autoFocus
          type="search"
          className="files-filter"
          aria-label="Filter by name"
          placeholder="Filter by name"
          spellCheck={false}
          value={filter}
          onChange={(event) => onFilter(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onFilter(null);
            if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') {
              event.preventDefault();
              onLeave();
            }
          }}
        />
      )}
      <IconButton
        size="small"
        label={filter === null ? 'Filter by name' : 'Clear the filter'}
        {...(filter === null ? { shortcut: '/' } : {})}
        onClick={() => onFilter(filter === null ? '' : null)}
      >
        {filter === null ? <Search size={14} /> : <X size={14} />}
      </IconButton>
    </>
  );
}
