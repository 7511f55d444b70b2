import type { SandboxId } from '@sandglass/protocol';
import { Skeleton } from '@sandglass/ui';
import { FailedNote } from '../../platform/Failed.tsx';
import { formatClock } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';
import { useRulePreview } from './useRules.ts';

/** What the rule would have matched in this sandbox so far; undefined text: it cannot be read yet. */
export function PastMatches({ sandbox, text }: { sandbox: SandboxId; text: string | undefined }) {
  const { data, error, isPlaceholderData } = useRulePreview(sandbox, text);
  return (
    <section className="rule-past" aria-label="Would have matched" aria-busy={isPlaceholderData}>
      {text === undefined ? (
        <p>Past matches are shown here as soon as the rule can be read.</p>
      ) : error !== null ? (
        <FailedNote error={error} />
      ) : data === undefined ? (
        <Skeleton width="50%" />
      ) : (
        <>
          <p>
            {data.total === 0 ? (
              <>Would have matched nothing so far</>
            ) : (
              <>
                Would have matched <b>{data.total}</b> {data.total === 1 ? 'time' : 'times'}
              </>
            )}
            {` (${data.complete ? '' : 'the newest '}${data.looked} looked at)`}
            {data.unknown.length === 0 ? '' : `; the past does not tell ${data.unknown.join(', ')}`}
          </p>
          {data.total === 0 ? null : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            <ol tabIndex={0} aria-label="Matches, the newest first">
              {data.items.map((match) => (
                <li key={`${match.seq} ${match.summary}`}>
                  <time dateTime={new Date(match.wallMs).toISOString()}>{formatClock(match.wallMs)}</time>
                  <code>{shownName(match.summary)}</code>
                </li>
              ))}
            </ol>
          )}
        </>
      )}
    </section>
  );
}
