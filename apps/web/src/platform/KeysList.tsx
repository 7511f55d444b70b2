import { Kbd } from '@sandglass/ui';
import { type Action, shortcutsOf } from './actions.ts';
import './keysList.css';
import { shownShortcut } from './shortcuts.ts';
import { shownName } from './shownName.ts';
import { useAllActions } from './useAction.ts';

/** Every key that does something now: the actions', by their groups. */
export function KeysList() {
  const all = useAllActions();
  const groups = new Map<string, Action[]>();
  for (const action of all) {
    if (shortcutsOf(action).length === 0) continue;
    groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
  }
  return (
    <div className="keys">
      {[...groups].map(([group, members]) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {members.map((action) => (
              <div key={action.id} className="keys-row">
                <dt>{shownName(action.title)}</dt>
                <dd>
                  {shortcutsOf(action).map((shortcut) => (
                    <Kbd key={shortcut}>{shownShortcut(shortcut)}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
