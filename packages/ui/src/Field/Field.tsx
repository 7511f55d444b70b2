import { Field as Base } from '@base-ui/react/field';
import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import './field.css';

/** A labelled control: `children` is an Input, TextArea, Select or Switch. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  children: ReactNode;
}) {
  return (
    <Base.Root className="ui-field" invalid={error !== undefined}>
      <Base.Label className="ui-field-label">{label}</Base.Label>
      {children}
      {hint === undefined ? null : <Base.Description className="ui-field-hint">{hint}</Base.Description>}
      {error === undefined ? null : (
        <Base.Error match={true} className="ui-field-error">
          {error}
        </Base.Error>
      )}
    </Base.Root>
  );
}

type InputProps = Omit<ComponentProps<typeof Base.Control>, 'className'> & {
  readonly mono?: boolean;
  readonly suffix?: string;
};

export function Input({ mono = false, suffix, ...rest }: InputProps) {
  const input = (
    <Base.Control
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={clsx('ui-input', mono && 'ui-input-mono')}
    />
  );
  if (suffix === undefined) return input;
  return (
    <span className="ui-input-group">
      {input}
      <span className="ui-input-suffix">{suffix}</span>
    </span>
  );
}

export function TextArea({
  mono = false,
  rows = 3,
  ...rest
}: Omit<ComponentProps<'textarea'>, 'className'> & { readonly mono?: boolean }) {
  return (
    <Base.Control
      render={<textarea rows={rows} spellCheck={false} {...rest} />}
      className={clsx('ui-input', 'ui-textarea', mono && 'ui-input-mono')}
    />
  );
}
