import type { Sandbox } from '@sandglass/protocol';
import { useEffect, useRef, useState } from 'react';
import { announce, hear } from './announcements.ts';
import type { Needs } from './wallModel.ts';

/** What changes together is said together. */
const SETTLE_MS = 1_200;

/** Tells a screen reader what changed on the wall, when it has nothing better to say. */
export function Announcer({ sandboxes, needs }: { sandboxes: readonly Sandbox[]; needs: Needs }) {
  const heard = useRef(hear(sandboxes, needs));
  const [text, setText] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => {
      const news = announce(heard.current, sandboxes, needs);
      heard.current = hear(sandboxes, needs);
      if (news !== '') setText(news);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [sandboxes, needs]);
  return (
    <span className="wall-unseen" role="log" aria-live="polite" aria-label="Changes on the wall">
      {text}
    </span>
  );
}
