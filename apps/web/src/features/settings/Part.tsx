import { Segments, Switch } from '@sandglass/ui';
import type { ComponentProps, ReactNode } from 'react';

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

interface RowProps {
  readonly name: string;
  readonly about?: string | undefined;
}

/** One thing to choose: its name and a line about it at the left, the control at the right. */
export function Row({ name, about, children }: RowProps & { children: ReactNode }) {
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

/** One of a few, under its name. */
export function ChoiceRow<T extends string>({
  name,
  about,
  ...choice
}: RowProps & Omit<ComponentProps<typeof Segments<T>>, 'label'>) {
  return (
    <Row name={name} about={about}>
      <Segments label={name} {...choice} />
    </Row>
  );
}

interface SwitchRowProps extends RowProps {
  /** Where the name alone does not say what is on. */
  readonly label?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function SwitchRow({ name, about, label = name, ...state }: SwitchRowProps) {
  return (
    <Row name={name} about={about}>
      <Switch label={label} {...state} />
    </Row>
  );
}
