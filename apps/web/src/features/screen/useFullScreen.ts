import { type RefObject, useEffect, useState } from 'react';

/** Chromium's; in others Esc and Alt+Tab stay with the browser. */
interface LockableKeyboard {
  lock(): Promise<void>;
  unlock(): void;
}
const keyboard = (): LockableKeyboard | undefined => (navigator as { keyboard?: LockableKeyboard }).keyboard;

/** The whole display for one element. There the keyboard can be the sandbox's whole: Alt+Tab, Esc and the system's keys. */
export function useFullScreen(element: RefObject<HTMLElement | null>) {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const handleChange = () => {
      const now = document.fullscreenElement !== null && document.fullscreenElement === element.current;
      setFull(now);
      if (now)
        void keyboard()
          ?.lock()
          .catch(() => undefined);
      else keyboard()?.unlock();
    };
    document.addEventListener('fullscreenchange', handleChange);
    return () => document.removeEventListener('fullscreenchange', handleChange);
  }, [element]);
  const leave = () => {
    if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
  };
  return {
    full,
    /** Absent where the browser does not let a page have it (a phone's may not). */
    enter: document.fullscreenEnabled
      ? () => void element.current?.requestFullscreen().catch(() => undefined)
      : undefined,
    leave,
  };
}
