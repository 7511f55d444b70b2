import { Skeleton } from '../Skeleton/Skeleton.tsx';
import './loadingState.css';

/** A view on its way: lines in the shape of what comes, after 300 ms, and one word for who cannot see them. */
export function LoadingState({ label = 'Loading…', lines = 4 }: { label?: string; lines?: number }) {
  return (
    <div className="ui-loading" role="status">
      <span className="ui-unseen">{label}</span>
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
        <Skeleton key={at} width={`${[82, 64, 74, 46][at % 4]}%`} height={12} />
      ))}
    </div>
  );
}
