import { IconButton, LayerHome } from '@sandglass/ui';
import type { IDockviewHeaderActionsProps } from 'dockview-react';
import { Maximize2, Minimize2, Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { usePaneActions } from '../../platform/pane.ts';
import { usePopoutBody } from './usePopoutBody.ts';

/** At the right of each group's tabs. */
export function GroupActions({ containerApi, group, activePanel, panels }: IDockviewHeaderActionsProps) {
  const actions = usePaneActions();
  const [maximized, setMaximized] = useState(false);
  useEffect(() => {
    const watch = containerApi.onDidMaximizedGroupChange(() => setMaximized(activePanel?.api.isMaximized() ?? false));
    return () => watch.dispose();
  }, [containerApi, activePanel]);
  const holdsTerminals = panels.some(
    (panel) => panel.id.startsWith('terminal:') || panel.id === 'network' || containerApi.groups.length === 1,
  );
  const popout = usePopoutBody(group.api);
  if (activePanel === undefined) return null;
  return (
    <LayerHome value={popout}>
      <div className="bench-group-actions">
        {holdsTerminals && actions.newTerminal !== undefined ? (
          <IconButton size="small" label="New terminal" onClick={actions.newTerminal}>
            <Plus size={14} />
          </IconButton>
        ) : null}
        {containerApi.groups.length > 1 ? (
          <IconButton
            size="small"
            label={maximized ? 'Back to the layout' : `Maximize ${activePanel.title ?? group.id}`}
            onClick={() => (maximized ? containerApi.exitMaximizedGroup() : activePanel.api.maximize())}
          >
            {maximized ? <Minimize2 size={13} /> : <Maximize2 size={13} />}
          </IconButton>
        ) : null}
      </div>
    </LayerHome>
  );
}
