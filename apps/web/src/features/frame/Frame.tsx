import { Link, useRouterState } from '@tanstack/react-router';
import { Hourglass } from 'lucide-react';
import type { ReactNode } from 'react';
import { ConnectionStrip } from './ConnectionStrip.tsx';
import './frame.css';
import { Rail } from './Rail.tsx';

/** Top bar, rail and the page between them. `bar` is what the page puts into the top bar. */
export function Frame({ bar, children }: { bar: ReactNode; children: ReactNode }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <div className="frame">
      <a className="frame-skip" href="#main">
        Skip to the page
      </a>
      <header className="frame-bar">
        <Link to="/" className="frame-brand" aria-label="Sandglass, all sandboxes">
          <Hourglass size={19} strokeWidth={1.75} />
        </Link>
        {bar}
      </header>
      <Rail path={path} />
      <main id="main" className="frame-main" tabIndex={-1}>
        <ConnectionStrip />
        {children}
      </main>
    </div>
  );
}
