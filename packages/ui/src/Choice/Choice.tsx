import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { ReactNode } from 'react';
import './choice.css';

export interface ChoiceOption<T extends string> {
  readonly value: T;
  readonly label: string;
  /** A line under the label. */
  readonly text: string;
  readonly icon: ReactNode;
  readonly disabled?: boolean;
}

/** One of a few that need a picture and a line each, as cards. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly ChoiceOption<T>[];
  onChange: (value: T) => void;
}) {
  return (
    <RadioGroup className="ui-choice" aria-label={label} value={value} onValueChange={(next) => onChange(next as T)}>
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          disabled={option.disabled === true}
          className="ui-choice-card"
          render={<button type="button" aria-label={option.label} />}
          nativeButton
        >
          {option.icon}
          <b>{option.label}</b>
          <span>{option.text}</span>
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
