import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';
import { Kbd } from '../Kbd/Kbd.tsx';
import '../Layer/floating.css';
import './tooltip.css';
import { useLayerHome } from '../Layer/layerHome.ts';

export const TooltipProvider = Base.Provider;

/** Names what it wraps on hover and focus. Never the only place of a fact. */
export function Tooltip({
  label,
  shortcut,
  side = 'bottom',
  children,
}: {
  label: string;
  shortcut?: string;
  side?: 'top' | 'bottom' | 'left' | 'right';
  children: ReactElement;
}) {
  const home = useLayerHome();
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal {...home}>
        <Base.Positioner side={side} sideOffset={6} className="ui-layer">
          <Base.Popup className="ui-tooltip">
            {label}
            {shortcut === undefined ? null : <Kbd>{shortcut}</Kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
