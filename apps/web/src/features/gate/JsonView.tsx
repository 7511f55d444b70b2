import { shownLines } from '../../platform/shownName.ts';
import { jsonTokens } from './jsonTokens.ts';

/** Arguments and results, as hostile as the agent that gave them: hidden signs are shown. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="gate-json" aria-label={label} tabIndex={0}>
      {jsonTokens(value).map((token, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text, in its order
        <span key={at} className={`gate-json-${token.kind}`}>
          {shownLines(token.text)}
        </span>
      ))}
    </section>
  );
}
