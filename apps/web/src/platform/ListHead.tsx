import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import './listHead.css';
import { shownName } from './shownName.ts';

interface ListHeadProps {
  readonly title: string;
  /** Which of them are shown. */
  readonly children: ReactNode;
  /** At its end: order, filters, views. */
  readonly tools: ReactNode;
}

/** Above a list of a page: what it is, what of it is shown, and how. */
export function ListHead({ title, children, tools }: ListHeadProps) {
  return (
    <div className="list-head">
      <h2>{title}</h2>
      {children}
      <span className="list-head-gap" />
      {tools}
    </div>
  );
}

interface FilterChipProps {
  /** What is shown alone; may come from a sandbox. */
  readonly text: string;
  /** What pressing it does. */
  readonly label: string;
  readonly icon?: ReactNode;
  /** A machine's word. */
  readonly mono?: boolean;
  readonly onRemove: () => void;
}

/** One filter that is in force; pressing takes it away. */
export function FilterChip({ text, label, icon, mono = false, onRemove }: FilterChipProps) {
  return (
    <button type="button" className="filter-chip" data-mono={mono || undefined} aria-label={label} onClick={onRemove}>
      {icon}
      <bdi>{shownName(text).slice(0, 60)}</bdi>
      <X size={11} />
    </button>
  );
}
