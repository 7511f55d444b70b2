import { EmptyState, Skeleton } from '@sandglass/ui';
import { Failed } from '../../platform/Failed.tsx';

interface UnansweredProps {
  readonly query: { readonly isError: boolean; readonly error: unknown; readonly refetch: () => unknown };
  /** Whether it is asked: what is frozen answers nothing. */
  readonly active: boolean;
  /** What it will say once it is thawed. */
  readonly children: string;
}

/** In the place of what the machine says of itself, as long as it has said nothing. */
export function Unanswered({ query, active, children }: UnansweredProps) {
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (!active) return <EmptyState title="Nothing answers now">{children}</EmptyState>;
  return (
    <div className="machine-loading" aria-busy="true">
      <Skeleton width="70%" />
    </div>
  );
}
