import type { LogEvent, SandboxId } from '@sandglass/protocol';
import { type RefObject, useEffect, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { EventsModel } from '../../platform/events.ts';
import { useStore } from '../../platform/store.ts';

/** True while any of the element is in view. Cards out of sight ask for nothing. */
export function useInView(ref: RefObject<Element | null>): boolean {
  const [inView, setInView] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new IntersectionObserver((entries) => setInView(entries.some((entry) => entry.isIntersecting)), {
      rootMargin: '80px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return inView;
}

/** Enough for the card's spark and its last call. */
const PAST = 150;

/** The last events of one sandbox, followed while `active`; kept when it is not. */
export function useCardEvents(sandbox: SandboxId, active: boolean): readonly LogEvent[] {
  const client = useClient();
  const [model] = useState(() => new EventsModel());
  useEffect(() => {
    if (!active) return;
    try {
      return model.follow(client.stream, sandbox, PAST);
    } catch {
      // More cards in view than one page may follow: this one shows its state without its calls.
      return;
    }
  }, [client, sandbox, active, model]);
  return useStore(model).events;
}
