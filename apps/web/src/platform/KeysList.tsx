import { Kbd } from '@sandglass/ui';
import { groupActions, shortcutsOf } from './actions.ts';
import './keysList.css';
import { shownShortcut } from './shortcuts.ts';
import { shownName } from './shownName.ts';
import { useAllActions } from './useAction.ts';

/** Every key that does something now: the actions', by their groups. */
export function KeysList() {
  const groups = groupActions(useAllActions().filter((action) => shortcutsOf(action).length > 0));
  return (
    <div className="keys">
      {groups.map(({ group, actions }) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {actions.map((action) => (
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
