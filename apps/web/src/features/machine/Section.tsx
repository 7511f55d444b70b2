import { type ReactNode, useId } from 'react';

export function Section({ title, note, children }: { title: string; note: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="machine-section">
      <h2 id={id}>
        {title} <span>{note}</span>
      </h2>
      {children}
    </section>
  );
}
