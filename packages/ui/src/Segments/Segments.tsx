import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';
import './segments.css';

export interface Segment<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
  /** Name when the label is an icon. */
  readonly name?: string;
}

/** A row of chips of which one is pressed. */
export function Segments<T extends string>({
  label,
  value,
  segments,
  onChange,
}: {
  label: string;
  value: T;
  segments: readonly Segment<T>[];
  onChange: (value: T) => void;
}) {
  return (
    <ToggleGroup
      className="ui-segments"
      aria-label={label}
      value={[value]}
      onValueChange={(next) => next[0] !== undefined && onChange(next[0] as T)}
    >
      {segments.map((segment) => (
        <Toggle key={segment.value} value={segment.value} className="ui-segment" aria-label={segment.name}>
          {segment.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
