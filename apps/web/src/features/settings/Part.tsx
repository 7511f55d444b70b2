import type { ReactNode } from 'react';

/** A part of the settings under its heading; `about` is one line under that. */
export function Part({
  id,
  title,
  about,
  action,
  children,
}: {
  id: string;
  title: string;
  about?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section id={id} className="settings-part" aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {action}
      </header>
      {about === undefined ? null : <p className="settings-about">{about}</p>}
      {children}
    </section>
  );
}

/** One thing to choose: its name and a line about it at the left, the control at the right. */
export function Row({ name, about, children }: { name: string; about?: string; children: ReactNode }) {
  return (
    <div className="settings-row">
      <div>
        <span className="settings-name">{name}</span>
        {about === undefined ? null : <span className="settings-about">{about}</span>}
      </div>
      <div className="settings-control">{children}</div>
    </div>
  );
}
