import type { Change } from '@sandglass/protocol';

const letters = { added: 'A', modified: 'M', deleted: 'D', renamed: 'R' } as const;
const whose = { agent: 'the agent', person: 'a person', system: 'a program' } as const;

export const describeChange = ({ status, actor }: Change): string => `${status} by ${whose[actor]} since the start`;

/** One letter in the colour of who did it; its words are for who does not see colours, or letters. */
export function ChangeMark({ change }: { change: Change }) {
  return (
    <span
      className={`files-mark files-mark-${change.actor}`}
      title={describeChange(change)}
      role="img"
      aria-label={describeChange(change)}
    >
      {letters[change.status]}
    </span>
  );
}
