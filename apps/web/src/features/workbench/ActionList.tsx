import type { Sandbox } from '@sandglass/protocol';
import { ChevronRight } from 'lucide-react';
import { type Action, groupActions } from '../../platform/actions.ts';
import { useAllActions } from '../../platform/useAction.ts';
import { possiblePanes, titles } from './layout.ts';
import { narrowTabs } from './narrowModel.ts';
import { paneIcons } from './PaneTab.tsx';

/** Everything that can be done here, for a thumb. */
export function ActionList({
  sandbox,
  hidden,
  onPane,
}: {
  sandbox: Sandbox;
  hidden: boolean;
  onPane: (pane: string) => void;
}) {
  const groups = groupActions(
    useAllActions().filter((action) => action.keyOnly !== true && !action.id.startsWith('panes.')),
  );
  const panes = possiblePanes(sandbox).filter((kind) => !(narrowTabs as readonly string[]).includes(kind));
  return (
    <div className="narrow-actions" hidden={hidden}>
      <h2>More panes</h2>
      <ul>
        {panes.map((kind) => (
          <li key={kind}>
            <button type="button" onClick={() => onPane(kind)}>
              {paneIcons[kind]}
              {titles[kind]}
              <ChevronRight size={15} className="narrow-actions-end" />
            </button>
          </li>
        ))}
      </ul>
      {groups.map(({ group, actions }) => (
        <div key={group}>
          <h2>{group}</h2>
          <ul>
            {actions.map((action) => (
              <ActionRow key={action.id} action={action} />
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function ActionRow({ action }: { action: Action }) {
  const second = action.blocked ?? action.hint;
  return (
    <li>
      <button type="button" disabled={action.blocked !== undefined} onClick={action.run}>
        <span className="narrow-actions-icon">{action.icon}</span>
        <span className="narrow-actions-words">
          {action.title}
          {second === undefined ? null : <small>{second}</small>}
        </span>
      </button>
    </li>
  );
}
