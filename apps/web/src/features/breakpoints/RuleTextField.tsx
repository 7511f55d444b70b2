import type { RuleProblem } from '@sandglass/protocol';
import { Field, TextArea } from '@sandglass/ui';

/** The rule by hand; what is wrong is marked at its place, under the text. */
export function RuleTextField({
  text,
  problem,
  onChange,
}: {
  text: string;
  problem: RuleProblem | undefined;
  onChange: (text: string) => void;
}) {
  return (
    <div className="rule-hand">
      <Field
        label="Rule"
        hint={
          text.trim() === '' ? (
            <>
              Such as <code>before exec matching "rm -rf" → hold</code> or{' '}
              <code>after exec where exit is not 0 → hold</code>. For → you can write <code>-&gt;</code>.
            </>
          ) : undefined
        }
      >
        <TextArea mono rows={3} value={text} maxLength={2000} onChange={(event) => onChange(event.target.value)} />
      </Field>
      {problem === undefined ? null : <Problem text={text} problem={problem} />}
    </div>
  );
}

function Problem({ text, problem: { message, at, length, line, column } }: { text: string; problem: RuleProblem }) {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const next = text.indexOf('\n', at);
  const end = next === -1 ? text.length : next;
  const wrong = text.slice(at, Math.min(at + Math.max(1, length), end));
  return (
    <div className="rule-problem" role="status">
      <pre>
        {text.slice(start, at)}
        <mark>{wrong === '' ? ' ' : wrong}</mark>
        {text.slice(at + wrong.length, end)}
      </pre>
      <p>
        <span>
          Line {line}, column {column}:
        </span>{' '}
        {message}
      </p>
    </div>
  );
}
