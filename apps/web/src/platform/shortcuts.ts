/** Which key does what: the actions' shortcuts, kept away from every place where keys belong to a machine or a text. */
import { type Action, type ActionRegistry, shortcutsOf } from './actions.ts';

type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Terminals, the live screen, editors: every key is theirs, always. */
const MACHINE = '[data-own-keys], .xterm, .monaco-editor';
/** Texts: letters are theirs; F-keys and what is held with Mod or Alt may still be the page's. */
const TEXT = 'input, textarea, select, [contenteditable="true"], [contenteditable=""]';
/** While a layer is open, the page under it hears nothing. */
const LAYER = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

/** `Mod+Shift+K`, `Alt+1`, `C`, `?`, `F8`. A sign that needs Shift is named by the sign alone. */
export function nameOfPress(press: Press): string {
  const letter = /^[a-z]$/i.test(press.key);
  const digit = /^Digit\d$/.test(press.code) && (press.altKey || press.ctrlKey || press.metaKey);
  // With Alt, a Mac writes another sign: the key itself counts.
  const key =
    press.altKey && /^Key[A-Z]$/.test(press.code)
      ? press.code.slice(3)
      : digit
        ? press.code.slice(5)
        : letter
          ? press.key.toUpperCase()
          : press.key;
  const named = key.length > 1 || letter || digit || press.altKey;
  return [
    press.ctrlKey || press.metaKey ? 'Mod' : '',
    press.altKey ? 'Alt' : '',
    press.shiftKey && named ? 'Shift' : '',
    key,
  ]
    .filter(Boolean)
    .join('+');
}

const isHeld = (name: string): boolean => /^(Mod|Alt)\+/.test(name) || /(^|\+)F\d+$/.test(name);

/** @returns the action of this press: one of the focused view before one of the page, an urgent one before another, a later one before an earlier */
export function actionOfPress(all: readonly Action[], press: Press, target: Element | null): Action | undefined {
  if (target?.closest(MACHINE) != null || target?.closest(LAYER) != null) return undefined;
  const name = nameOfPress(press);
  if (target?.closest(TEXT) != null && !isHeld(name)) return undefined;
  const fitting = all.filter((action) => shortcutsOf(action).includes(name));
  return (
    fitting.findLast((action) => action.within !== undefined && target?.closest(action.within) != null) ??
    fitting.findLast((action) => action.urgent === true) ??
    fitting.findLast((action) => action.within === undefined)
  );
}

/** Does what the keys ask for, in this window. @returns stop */
export function listenForShortcuts(registry: ActionRegistry, page: Window): () => void {
  const handleKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    const found = actionOfPress(registry.state, event, elementOf(event.target));
    if (found === undefined) return;
    event.preventDefault();
    if (found.blocked === undefined) found.run();
  };
  page.addEventListener('keydown', handleKey);
  return () => page.removeEventListener('keydown', handleKey);
}

/** Of whichever window it is: an element of a popped-out one is no `Element` of this one. */
const elementOf = (target: EventTarget | null): Element | null =>
  target !== null && 'closest' in target ? (target as Element) : null;

const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');
const signs: Readonly<Record<string, string>> = isMac
  ? { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↩', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' }
  : { Mod: 'Ctrl', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' };

/** As a person reads it: `⌘K` on a Mac, `Ctrl K` elsewhere. */
export function shownShortcut(shortcut: string, mac: boolean = isMac): string {
  return shortcut
    .split(/\+(?=.)/)
    .map((part) => signs[part] ?? part)
    .join(mac ? '' : ' ');
}
