import { Kbd, Tooltip } from '@sandglass/ui';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import type { Action } from '../../platform/actions.ts';

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

/** A thing that can be done as ⌘K and the bar both say it; `label`: shorter, for the bar. */
export interface TransportAct extends Action {
  readonly label?: string;
  readonly primary?: boolean;
}

/** The button of an act: absent where the act makes no sense, dead while it cannot be done. */
export function ActButton({ act }: { act: TransportAct }) {
  if (act.when === false) return null;
  const { label = act.title, icon, hint = act.title, shortcut, primary = false, blocked, run } = act;
  return (
    <TransportButton
      label={label}
      icon={icon}
      hint={hint}
      primary={primary}
      // A key with Shift is known to those who look for it; the bar has no room.
      {...(typeof shortcut === 'string' && !shortcut.includes('+') ? { shortcut } : {})}
      onClick={blocked === undefined ? run : undefined}
    />
  );
}
