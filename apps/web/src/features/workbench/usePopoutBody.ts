import type { IDockviewPanelProps } from 'dockview-react';
import { useEffect, useState } from 'react';

type Placed = Pick<IDockviewPanelProps['api'], 'location' | 'getWindow' | 'onDidLocationChange'>;

/** The body of the window that a pane was popped out to, where its menus belong; undefined while it stands in the dock. */
export function usePopoutBody(api: Placed): HTMLElement | undefined {
  const [body, setBody] = useState(() => bodyOf(api));
  useEffect(() => {
    setBody(bodyOf(api));
    const watch = api.onDidLocationChange(() => setBody(bodyOf(api)));
    return () => watch.dispose();
  }, [api]);
  return body;
}

const bodyOf = (api: Placed): HTMLElement | undefined =>
  api.location.type === 'popout' ? api.getWindow().document.body : undefined;
