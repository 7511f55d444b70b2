import { shownName } from '../../platform/shownName.ts';

/** Words that carry the sentence; everything else is what somebody named. */
const PART =
  /("(?:[^"\\]|\\.)*"|\/(?:[^/\\]|\\.)+\/i?)|(→.*$)|\b(before|after|on|where|matching|glob|and|or|not|is|in|inside)\b/g;

/** The text of a rule, its grammar a little quieter than what it is about. */
export function RuleText({ text }: { text: string }) {
  const parts: { at: number; said: string; kind: string }[] = [];
  let from = 0;
  for (const match of text.matchAll(PART)) {
    if (match.index > from) parts.push({ at: from, said: text.slice(from, match.index), kind: 'name' });
    const kind = match[1] !== undefined ? 'value' : match[2] !== undefined ? 'act' : 'word';
    parts.push({ at: match.index, said: match[0], kind });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ at: from, said: text.slice(from), kind: 'name' });
  return (
    <code className="rule-text">
      {parts.map(({ at, said, kind }) => (
        <span key={at} className={`rule-${kind}`}>
          {shownName(said)}
        </span>
      ))}
    </code>
  );
}
