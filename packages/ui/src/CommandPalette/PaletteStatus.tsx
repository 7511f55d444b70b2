import { useCommandState } from 'cmdk';
import type { ReactNode } from 'react';

/** How many fit, said aloud; seen only where it matters: none, or more on their way. Outside the list, which holds options alone. */
export function PaletteStatus({
  query,
  loading,
  empty,
}: {
  query: string;
  loading: string | undefined;
  empty: ((query: string) => ReactNode) | undefined;
}) {
  const count = useCommandState((state) => state.filtered.count);
  const nothing = count === 0 && loading === undefined;
  return (
    <div role="status" className="ui-palette-status" data-quiet={loading === undefined && !nothing ? true : undefined}>
      {loading ??
        (nothing ? (empty?.(query) ?? `Nothing fits “${query}”.`) : `${count} ${count === 1 ? 'fits' : 'fit'}`)}
    </div>
  );
}
