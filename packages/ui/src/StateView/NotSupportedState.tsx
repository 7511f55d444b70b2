import { Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { EmptyState } from '../EmptyState/EmptyState.tsx';

/** It cannot be had here, by its nature: says why once, and what would have it. */
export function NotSupportedState({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <EmptyState icon={<Unplug size={18} />} title={title} action={action}>
      {children}
    </EmptyState>
  );
}
