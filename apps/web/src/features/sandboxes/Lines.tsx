import { Field, TextArea } from '@sandglass/ui';

interface LinesProps {
  readonly label: string;
  readonly error: string | undefined;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder: string;
}

/** Several of a kind, one a line. */
export function Lines({ label, error, hint, value, onChange, placeholder }: LinesProps) {
  return (
    <Field label={label} error={error} hint={hint}>
      <TextArea
        mono
        rows={2}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        placeholder={placeholder}
      />
    </Field>
  );
}
