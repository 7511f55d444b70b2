import { ContextMenu as Base } from '@base-ui/react/context-menu';
import type { ReactElement, ReactNode } from 'react';
import '../Layer/floating.css';
import '../Menu/menu.css';
import { useLayerHome } from '../Layer/layerHome.ts';

/**
 * A menu at the pointer: right click, long press, or the menu key (Shift+F10) on what has focus in `children`, which is one
 * element. Its items are those of Menu. What it offers must be reachable some other way, too: not every hand has a right click.
 */
export function ContextMenu({
  label,
  items,
  disabled = false,
  onOpenChange,
  children,
}: {
  label?: string;
  items: ReactNode;
  disabled?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactElement;
}) {
  const home = useLayerHome();
  return (
    <Base.Root disabled={disabled} onOpenChange={(open) => onOpenChange?.(open)}>
      <Base.Trigger render={children} />
      <Base.Portal {...home}>
        <Base.Positioner className="ui-layer">
          <Base.Popup className="ui-menu" aria-label={label}>
            {items}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
