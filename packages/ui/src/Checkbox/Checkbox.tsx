import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import './checkbox.css';

/** Chosen or not. With `children` the words stand beside it and can be pressed too; without, give `label`. */
export function Checkbox({
  checked,
  indeterminate = false,
  disabled = false,
  onChange,
  label,
  children,
}: {
  checked: boolean;
  /** Some of what it stands for are chosen. */
  indeterminate?: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
  label?: string;
  children?: ReactNode;
}) {
  const box = (
    <Base.Root
      className="ui-checkbox"
      checked={checked}
      indeterminate={indeterminate}
      disabled={disabled}
      onCheckedChange={(next) => onChange(next)}
      aria-label={label}
    >
      <Base.Indicator className="ui-checkbox-sign">
        {indeterminate ? <Minus size={12} strokeWidth={3} /> : <Check size={12} strokeWidth={3} />}
      </Base.Indicator>
    </Base.Root>
  );
  if (children === undefined) return box;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: Base UI puts its input inside
    <label className="ui-checkbox-line">
      {box}
      <span>{children}</span>
    </label>
  );
}
