import type { ReactNode } from 'react';

/** How stories lay out what they show. */
export function Row({ children }: { children: ReactNode }) {
  return <div style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 12 }}>{children}</div>;
}

export function Stack({ children, width = 320 }: { children: ReactNode; width?: number }) {
  return <div style={{ display: 'flex', flexDirection: 'column', gap: 16, maxWidth: width }}>{children}</div>;
}

/** A place of a pane's size. */
export function Pane({ children }: { children: ReactNode }) {
  return (
    <div style={{ height: 260, border: '1px solid var(--line)', background: 'var(--panel)', overflow: 'auto' }}>
      {children}
    </div>
  );
}

export const nothing = (): void => undefined;
