import { useEffect, useRef } from 'react';

/** `F8`, `c`, `Alt+1`: as KeyboardEvent.key, with Alt+, Shift+ or Mod+ (Ctrl or ⌘) before it. */
export type Shortcuts = Readonly<Record<string, (() => void) | undefined>>;

const nameOf = (event: KeyboardEvent): string => {
  const mod = event.ctrlKey || event.metaKey ? 'Mod+' : '';
  const alt = event.altKey ? 'Alt+' : '';
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return `${mod}${alt}${key}`;
};

/** Places where every key belongs to the machine or to a text: terminals, the live screen, editors, inputs, dialogs. */
const OWN_KEYS =
  'input, textarea, select, [contenteditable="true"], [data-own-keys], .xterm, .monaco-editor, [role="dialog"], [role="menu"]';

/** Single-key shortcuts of the page. Where keys belong to a machine or a text, they stay there. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  current.current = shortcuts;
  useEffect(() => {
    const handleKey = (event: KeyboardEvent) => {
      const act = current.current[nameOf(event)];
      if (act === undefined || event.defaultPrevented || event.repeat) return;
      if (event.target instanceof Element && event.target.closest(OWN_KEYS) !== null) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', handleKey);
    return () => window.removeEventListener('keydown', handleKey);
  }, []);
}
