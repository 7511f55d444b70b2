import { clsx } from 'clsx';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import './button.css';

/** `quiet-danger`: always there and seldom meant: it warns when it is pointed at. */
export type ButtonTone = 'plain' | 'primary' | 'quiet' | 'danger' | 'quiet-danger' | 'human' | 'warn';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: ButtonTone;
  readonly size?: 'small' | 'medium' | 'large';
  readonly icon?: ReactNode;
  /** Work was asked for and has not happened yet: the button keeps its width and cannot be pressed again. */
  readonly busy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with a word. For an icon alone use IconButton, which insists on a name. */
export function Button({
  tone = 'plain',
  size = 'medium',
  icon,
  busy,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={clsx('ui-button', `ui-button-${tone}`, `ui-button-${size}`, className)}
      aria-busy={busy === true ? true : undefined}
      disabled={disabled === true || busy === true}
    >
      {icon}
      <span className="ui-button-label">{children}</span>
    </button>
  );
}
