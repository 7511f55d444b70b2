import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import '../Field/field.css';
import '../Layer/floating.css';
import '../Menu/menu.css';
import './select.css';
import { useLayerHome } from '../Layer/layerHome.ts';

export interface SelectOption<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** One of a few. Inside a Field it takes the field's label; elsewhere give `label`. */
export function Select<T extends string>({
  value,
  options,
  onChange,
  label,
}: {
  value: T;
  options: readonly SelectOption<T>[];
  onChange: (value: T) => void;
  label?: string;
}) {
  const home = useLayerHome();
  return (
    <Base.Root items={[...options]} value={value} onValueChange={(next) => next !== null && onChange(next)}>
      <Base.Trigger className="ui-input ui-select" aria-label={label}>
        <Base.Value />
        <Base.Icon className="ui-select-icon">
          <ChevronsUpDown size={13} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal {...home}>
        <Base.Positioner className="ui-layer" sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className="ui-menu">
            {options.map((option) => (
              <Base.Item key={option.value} value={option.value} className="ui-menu-item">
                <span className="ui-menu-icon">
                  <Base.ItemIndicator>
                    <Check size={13} />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{option.label}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
