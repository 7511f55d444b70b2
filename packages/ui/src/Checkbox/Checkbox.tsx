import { Checkbox as Base } from '@base-ui/react/checkbox';
import { clsx } from 'clsx';
import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import './checkbox.css';

/** Chosen or not, of many. With `children` the words stand beside it and can be pressed too; without, its name is `label`. */
export function Checkbox({
  checked,
  some = false,
  disabled = false,
  onChange,
  label,
  className,
  tabIndex,
  children,
}: {
  checked: boolean;
  /** A part of what it stands for is chosen. */
  some?: boolean;
  disabled?: boolean;
  /** `event` tells which keys were held. */
  onChange: (checked: boolean, event: Event) => void;
  label?: string;
  className?: string;
  tabIndex?: number;
  children?: ReactNode;
}) {
  const box = (
    <Base.Root
      className={clsx('ui-checkbox', className)}
      checked={checked}
      indeterminate={some}
      disabled={disabled}
      onCheckedChange={(next, details) => onChange(next, details.event)}
      aria-label={label}
      {...(tabIndex === undefined ? {} : { tabIndex })}
    >
      <Base.Indicator className="ui-checkbox-mark">
        {some ? <Minus size={12} strokeWidth={3} /> : <Check size={12} strokeWidth={3} />}
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
