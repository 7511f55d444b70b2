import { Dialog as Base } from '@base-ui/react/dialog';
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import '../IconButton/iconButton.css';
import './layer.css';
import { useLayerHome } from './layerHome.ts';
import { useScrollStop } from './useScrollStop.ts';

export interface LayerProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  /** Said under the title and read out with it. */
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons at its foot. */
  readonly actions?: ReactNode;
}

/** What Dialog and Sheet share: a modal layer with a name, a body that scrolls, and buttons that stay. */
export function Layer({
  open,
  onOpenChange,
  title,
  description,
  children,
  actions,
  className,
}: LayerProps & { className: string }) {
  const home = useLayerHome();
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal {...home}>
        <Base.Backdrop className="ui-backdrop" />
        <Base.Popup className={clsx('ui-dialog', className)}>
          <header className="ui-dialog-head">
            <div>
              <Base.Title className="ui-dialog-title">{title}</Base.Title>
              {description === undefined ? null : (
                <Base.Description className="ui-dialog-description">{description}</Base.Description>
              )}
            </div>
          </header>
          {children === undefined ? null : <Body>{children}</Body>}
          {actions === undefined ? null : <footer className="ui-dialog-actions">{actions}</footer>}
          {/* Last, so that focus starts in the content; without a tooltip, which would take the first Escape. */}
          <Base.Close className="ui-icon-button ui-icon-button-medium ui-dialog-close" aria-label="Close">
            <X size={15} />
          </Base.Close>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Body({ children }: { children: ReactNode }) {
  const body = useRef<HTMLDivElement>(null);
  useScrollStop(body);
  return (
    <div ref={body} className="ui-dialog-body">
      {children}
    </div>
  );
}
