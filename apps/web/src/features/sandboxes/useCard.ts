import type { SandboxId } from '@sandglass/protocol';
import { type RefObject, useEffect, useState } from 'react';
import { useStream } from '../../platform/client.tsx';
import { useStore } from '../../platform/store.ts';
import { CardModel, type CardState } from './cardModel.ts';
import { useVisible } from './useWall.ts';

/** True while any of the element is in view of somebody. Cards out of sight ask for nothing. */
export function useInView(ref: RefObject<Element | null>): boolean {
  const [inView, setInView] = useState(false);
  const visible = useVisible();
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new IntersectionObserver((entries) => setInView(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: '80px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return inView && visible;
}

/** The last of one sandbox's log, followed while `active`; kept when it is not. */
export function useCard(sandbox: SandboxId, active: boolean): CardState {
  const stream = useStream();
  const [model] = useState(() => new CardModel());
  useEffect(() => {
    if (!active) return;
    try {
      return model.follow(stream as Parameters<CardModel['follow']>[0], sandbox);
    } catch {
      // More cards in view than one page may follow: this one shows its state without its calls.
      return;
    }
  }, [stream, sandbox, active, model]);
  return useStore(model);
}
