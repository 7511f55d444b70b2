import { clsx } from 'clsx';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Tooltip } from '../Tooltip/Tooltip.tsx';
import './iconButton.css';

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Its name, for screen readers and as its tooltip. */
  readonly label: string;
  readonly shortcut?: string;
  readonly pressed?: boolean;
  readonly size?: 'small' | 'medium';
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button that is only an icon; it always has a name and says it in a tooltip. */
export function IconButton({
  label,
  shortcut,
  pressed,
  size = 'medium',
  className,
  children,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip label={label} {...(shortcut === undefined ? {} : { shortcut })}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        {...rest}
        className={clsx('ui-icon-button', `ui-icon-button-${size}`, className)}
      >
        {children}
      </button>
    </Tooltip>
  );
}
