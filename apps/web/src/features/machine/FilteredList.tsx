import { EmptyState } from '@sandglass/ui';
import type { ComponentProps, ReactNode } from 'react';
import { FilterTools } from './FilterTools.tsx';

interface FilteredListProps<T extends string> {
  readonly tools: ComponentProps<typeof FilterTools<T>>;
  /** What is to be known of the list as a whole. */
  readonly note?: ReactNode;
  /** How many are left. */
  readonly count: number;
  /** `No process is like that`: said in place of the list when nothing is left. */
  readonly nothing: string;
  /** The list. */
  readonly children: ReactNode;
  /** Under it: what is chosen of it, what is left out, questions. */
  readonly foot?: ReactNode;
}

/** A list of the machine with its filter: processes, requests. */
export function FilteredList<T extends string>({ tools, note, count, nothing, children, foot }: FilteredListProps<T>) {
  return (
    <div className="machine-split">
      <FilterTools {...tools} />
      {note}
      {count === 0 ? <EmptyState title={nothing}>Take something out of the filter.</EmptyState> : children}
      {foot}
    </div>
  );
}
