import { Menu as Base } from '@base-ui/react/menu';
import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from '../Kbd/Kbd.tsx';
import '../Layer/floating.css';
import './menu.css';
import { useLayerHome } from '../Layer/layerHome.ts';

/** A menu that opens from `trigger` (a button element). Children: MenuItem, MenuSeparator, MenuChoice. */
export function Menu({
  trigger,
  children,
  align = 'start',
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
}) {
  const home = useLayerHome();
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal {...home}>
        <Base.Positioner className="ui-layer" align={align} sideOffset={4}>
          <Base.Popup className="ui-menu">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export interface MenuItemProps {
  readonly icon?: ReactNode;
  readonly shortcut?: string;
  readonly tone?: 'plain' | 'danger';
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

export function MenuItem({ icon, shortcut, tone = 'plain', disabled = false, onSelect, children }: MenuItemProps) {
  return (
    <Base.Item className={clsx('ui-menu-item', `ui-menu-${tone}`)} disabled={disabled} onClick={onSelect}>
      <span className="ui-menu-icon">{icon}</span>
      {children}
      {shortcut === undefined ? null : <Kbd>{shortcut}</Kbd>}
    </Base.Item>
  );
}

/** One of several; the chosen one has a tick. */
export function MenuChoice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next: T) => onChange(next)} aria-label={label}>
      <div className="ui-menu-label" aria-hidden="true">
        {label}
      </div>
      {options.map((option) => (
        <Base.RadioItem key={option.value} value={option.value} className="ui-menu-item">
          <span className="ui-menu-icon">
            <Base.RadioItemIndicator>
              <Check size={13} />
            </Base.RadioItemIndicator>
          </span>
          {option.label}
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

/** On or off, each for itself; the menu stays open. */
export function MenuCheck({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <Base.CheckboxItem
      className="ui-menu-item"
      checked={checked}
      onCheckedChange={(next: boolean) => onChange(next)}
      closeOnClick={false}
    >
      <span className="ui-menu-icon">
        <Base.CheckboxItemIndicator>
          <Check size={13} />
        </Base.CheckboxItemIndicator>
      </span>
      {children}
    </Base.CheckboxItem>
  );
}

/** Items that belong together, under their heading. */
export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="ui-menu-label">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="ui-menu-separator" />;
}
