import { ContextMenu as Base } from '@base-ui/react/context-menu';
import type { ReactElement, ReactNode } from 'react';
import '../Menu/menu.css';

/** What a right click, a long press or the menu key opens over `children` (one element). Items as in Menu. */
export function ContextMenu({
  children,
  items,
  onOpenChange,
}: {
  children: ReactElement;
  items: ReactNode;
  onOpenChange?: (open: boolean) => void;
}) {
  return (
    <Base.Root {...(onOpenChange === undefined ? {} : { onOpenChange: (open: boolean) => onOpenChange(open) })}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner className="ui-layer">
          <Base.Popup className="ui-menu">{items}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
