import { IconButton } from '@sandglass/ui';
import { Minus, Plus } from 'lucide-react';
import { fontPx } from '../../platform/preferences.ts';

export function FontSize({ label, value, onChange }: { label: string; value: number; onChange: (px: number) => void }) {
  return (
    <fieldset className="settings-size" aria-label={label}>
      <IconButton size="small" label="Smaller" disabled={value <= fontPx.least} onClick={() => onChange(value - 1)}>
        <Minus size={13} />
      </IconButton>
      <output>{value} px</output>
      <IconButton size="small" label="Larger" disabled={value >= fontPx.most} onClick={() => onChange(value + 1)}>
        <Plus size={13} />
      </IconButton>
    </fieldset>
  );
}
