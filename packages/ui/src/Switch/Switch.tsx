import { Switch as Base } from '@base-ui/react/switch';
import './switch.css';

/** On or off, at once. Inside a Field it takes the field's label; elsewhere give `label`. */
export function Switch({
  checked,
  onChange,
  label,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label?: string;
}) {
  return (
    <Base.Root className="ui-switch" checked={checked} onCheckedChange={onChange} aria-label={label}>
      <Base.Thumb className="ui-switch-thumb" />
    </Base.Root>
  );
}
