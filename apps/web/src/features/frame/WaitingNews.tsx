import { toast } from '@sandglass/ui';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { notify } from '../../platform/notify.ts';
import { usePreferences } from '../../platform/preferences.ts';
import { useSandboxes } from '../../platform/sandboxes.ts';
import { begun, type Waiting, waitingOf, waitingWords } from '../../platform/waiting.ts';

/** Says that an agent began to wait: in the page when another sandbox is shown, by the browser when no page is in front. */
export function WaitingNews() {
  const sandboxes = useSandboxes().data;
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const wanted = usePreferences().news.waits;
  const before = useRef<Waiting | undefined>(undefined);
  useEffect(() => {
    if (sandboxes === undefined) return;
    const now = waitingOf(sandboxes);
    // What waited before the page came is on the wall.
    const fresh = before.current === undefined ? [] : begun(before.current, now);
    before.current = now;
    for (const id of fresh) {
      const sandbox = sandboxes.find((each) => each.id === id);
      if (sandbox === undefined) continue;
      const { title, body } = waitingWords(sandbox);
      const open = () => void navigate({ to: '/s/$sandbox', params: { sandbox: id } });
      if (document.hidden) {
        if (wanted) notify({ title, body, tag: id, onOpen: open });
      } else if (path.startsWith('/s/') && path !== `/s/${id}`) toast.say(title, body);
    }
  }, [sandboxes, navigate, path, wanted]);
  return null;
}
