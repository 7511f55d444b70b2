import { Checkbox as Base } from '@base-ui/react/checkbox';
import { clsx } from 'clsx';
import { Check, Minus } from 'lucide-react';
import './checkbox.css';

/** Chosen or not, of many. `some`: a part of what it stands for is. Its name is `label`. */
export function Checkbox({
  checked,
  some = false,
  onChange,
  label,
  className,
  tabIndex,
}: {
  checked: boolean;
  some?: boolean;
  /** `event` tells which keys were held. */
  onChange: (checked: boolean, event: Event) => void;
  label: string;
  className?: string;
  tabIndex?: number;
}) {
  return (
    <Base.Root
      className={clsx('ui-checkbox', className)}
      checked={checked}
      indeterminate={some}
      aria-label={label}
      onCheckedChange={(next, details) => onChange(next, details.event)}
      {...(tabIndex === undefined ? {} : { tabIndex })}
    >
      <Base.Indicator className="ui-checkbox-mark">
        {some ? <Minus size={12} strokeWidth={3} /> : <Check size={12} strokeWidth={3} />}
      </Base.Indicator>
    </Base.Root>
  );
}
