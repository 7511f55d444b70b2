import { Kbd, Tooltip } from '@sandglass/ui';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';

interface TransportButtonProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly hint: string;
  readonly shortcut?: string;
  readonly primary?: boolean;
  /** Its picture alone; the word is its name. */
  readonly compact?: boolean;
  /** Absent while it cannot be asked for. */
  readonly onClick: (() => void) | undefined;
}

export function TransportButton({
  label,
  icon,
  hint,
  shortcut,
  primary = false,
  compact = false,
  onClick,
  ...rest
}: TransportButtonProps) {
  return (
    <Tooltip label={hint}>
      <button
        type="button"
        {...rest}
        className={clsx('transport-button', primary && 'transport-primary', compact && 'transport-compact')}
        disabled={onClick === undefined}
        onClick={onClick}
      >
        {icon}
        <span className="transport-label">{label}</span>
        {shortcut === undefined ? null : <Kbd>{shortcut}</Kbd>}
      </button>
    </Tooltip>
  );
}
