import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { EmptyState } from '../EmptyState/EmptyState.tsx';

/** It is there, and not for this person: what it takes, and whom to ask. */
export function NoPermissionState({
  title = 'You cannot see this',
  children,
  action,
}: {
  title?: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <EmptyState icon={<Lock size={18} />} title={title} action={action}>
      {children}
    </EmptyState>
  );
}
