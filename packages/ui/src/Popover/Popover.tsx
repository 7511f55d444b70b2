import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import '../Layer/floating.css';
import './popover.css';
import { useLayerHome } from '../Layer/layerHome.ts';

/** A little more about one thing, beside it, without leaving the page. `trigger` is a button element. */
export function Popover({
  trigger,
  title,
  children,
  align = 'center',
  side = 'bottom',
  open,
  onOpenChange,
}: {
  trigger: ReactElement;
  title: string;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'bottom' | 'left' | 'right';
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}) {
  const home = useLayerHome();
  return (
    <Base.Root {...(open === undefined ? {} : { open })} onOpenChange={(next) => onOpenChange?.(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal {...home}>
        <Base.Positioner className="ui-layer" align={align} side={side} sideOffset={6} collisionPadding={8}>
          <Base.Popup className="ui-popover">
            <Base.Title className="ui-popover-title">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
