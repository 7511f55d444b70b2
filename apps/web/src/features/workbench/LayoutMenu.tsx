import { IconButton, Menu, MenuItem, MenuSeparator } from '@sandglass/ui';
import { LayoutPanelLeft } from 'lucide-react';
import { Fragment } from 'react';
import { type Action, shortcutsOf } from '../../platform/actions.ts';
import { shownShortcut } from '../../platform/shortcuts.ts';
import { useAllActions } from '../../platform/useAction.ts';

/** What stands in the menu of the top bar: the same actions as in ⌘K, by the beginning of their ids. */
const parts: readonly (readonly string[])[] = [
  ['panes.show:', 'panes.reopen'],
  ['layout.'],
  ['sandbox.copyLink', 'sandbox.private', 'sandbox.rename', 'sandbox.kill'],
];

/** Shows any pane, also one that was closed, and puts the layout back. */
export function LayoutMenu() {
  const all = useAllActions();
  const shown = parts
    .map((starts) => all.filter(({ id }) => starts.some((start) => id.startsWith(start))))
    .filter((actions) => actions.length > 0);
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="Panes and layout">
          <LayoutPanelLeft size={15} />
        </IconButton>
      }
    >
      {shown.map((actions, at) => (
        <Fragment key={actions[0]?.id}>
          {at === 0 ? null : <MenuSeparator />}
          {actions.map((action) => (
            <ActionItem key={action.id} action={action} />
          ))}
        </Fragment>
      ))}
    </Menu>
  );
}

function ActionItem({ action }: { action: Action }) {
  const shortcut = shortcutsOf(action)[0];
  return (
    <MenuItem
      icon={action.icon}
      tone={action.id === 'sandbox.kill' ? 'danger' : 'plain'}
      disabled={action.blocked !== undefined}
      onSelect={action.run}
      {...(shortcut === undefined ? {} : { shortcut: shownShortcut(shortcut) })}
    >
      {action.title}
    </MenuItem>
  );
}
