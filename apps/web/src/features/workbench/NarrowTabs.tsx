import { Activity, Files, LayoutGrid, Monitor, SquareTerminal } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import type { NarrowTab } from './narrowModel.ts';

const tabs: readonly { readonly tab: NarrowTab; readonly label: string; readonly icon: ReactNode }[] = [
  { tab: 'screen', label: 'Screen', icon: <Monitor size={18} strokeWidth={1.75} /> },
  { tab: 'activity', label: 'Activity', icon: <Activity size={18} strokeWidth={1.75} /> },
  { tab: 'terminal', label: 'Terminal', icon: <SquareTerminal size={18} strokeWidth={1.75} /> },
  { tab: 'files', label: 'Files', icon: <Files size={18} strokeWidth={1.75} /> },
  { tab: 'actions', label: 'Actions', icon: <LayoutGrid size={18} strokeWidth={1.75} /> },
];

export function NarrowTabs({
  tab,
  screen,
  unsaved,
  onTab,
}: {
  tab: NarrowTab;
  screen: boolean;
  unsaved: boolean;
  onTab: (tab: NarrowTab) => void;
}) {
  const shown = tabs.filter((each) => each.tab !== 'screen' || screen);
  const list = useRef<HTMLDivElement>(null);
  const handleKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = (shown.findIndex((each) => each.tab === tab) + step + shown.length) % shown.length;
    const next = shown[at];
    if (next === undefined) return;
    onTab(next.tab);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[at]?.focus();
  };
  return (
    <div ref={list} className="narrow-tabs" role="tablist" aria-label="Panes" onKeyDown={handleKey}>
      {shown.map((each) => (
        <button
          key={each.tab}
          type="button"
          role="tab"
          aria-selected={each.tab === tab}
          tabIndex={each.tab === tab ? 0 : -1}
          className="narrow-tab"
          onClick={() => onTab(each.tab)}
        >
          {each.icon}
          {each.label}
          {each.tab === 'files' && unsaved ? <span className="narrow-dot" role="img" aria-label="not saved" /> : null}
        </button>
      ))}
    </div>
  );
}
