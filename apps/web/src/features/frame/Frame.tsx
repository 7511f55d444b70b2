import { Link, useRouterState } from '@tanstack/react-router';
import { ChevronLeft, Hourglass } from 'lucide-react';
import type { ReactNode } from 'react';
import { ConnectionStrip } from './ConnectionStrip.tsx';
import './frame.css';
import { NewVersionStrip } from './NewVersionStrip.tsx';
import { Rail } from './Rail.tsx';
import { WaitingNews } from './WaitingNews.tsx';

interface FrameProps {
  /** What the page puts into the top bar. */
  readonly bar: ReactNode;
  readonly children: ReactNode;
  /** On a phone the page has the foot of the screen for itself: the way to other places is back to the wall. */
  readonly full?: boolean;
}

/** Top bar, rail and the page between them. */
export function Frame({ bar, children, full = false }: FrameProps) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <div className={full ? 'frame frame-full' : 'frame'}>
      <a className="frame-skip" href="#main">
        Skip to the page
      </a>
      <header className="frame-bar">
        <Link to="/" className="frame-brand" aria-label="Sandglass, all sandboxes">
          <Hourglass size={19} strokeWidth={1.75} className="frame-mark" />
          <ChevronLeft size={20} strokeWidth={1.75} className="frame-back" />
        </Link>
        {bar}
      </header>
      <Rail path={path} />
      <WaitingNews />
      <main id="main" className="frame-main" tabIndex={-1}>
        <ConnectionStrip />
        <NewVersionStrip />
        {children}
      </main>
    </div>
  );
}
