import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { Badge } from '../Badge/Badge.tsx';
import './tabs.css';

export interface Tab<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly count?: number;
  readonly disabled?: boolean;
  readonly panel: ReactNode;
}

/** Views in one place, one at a time: arrows walk, Home and End jump. Only the chosen panel is drawn. */
export function Tabs<T extends string>({
  label,
  value,
  tabs,
  onChange,
  aside,
}: {
  label: string;
  value: T;
  tabs: readonly Tab<T>[];
  onChange: (value: T) => void;
  /** At the far end of the row. */
  aside?: ReactNode;
}) {
  return (
    <Base.Root className="ui-tabs" value={value} onValueChange={(next) => onChange(next as T)}>
      <div className="ui-tabs-row">
        <Base.List className="ui-tabs-list" aria-label={label} activateOnFocus>
          {tabs.map((tab) => (
            <Base.Tab key={tab.value} value={tab.value} disabled={tab.disabled === true} className="ui-tab">
              {tab.icon}
              {tab.label}
              {tab.count === undefined ? null : <Badge>{tab.count}</Badge>}
            </Base.Tab>
          ))}
        </Base.List>
        {aside === undefined ? null : <div className="ui-tabs-aside">{aside}</div>}
      </div>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="ui-tab-panel">
          {tab.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
