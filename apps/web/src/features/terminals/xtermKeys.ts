/** Keys, pastes and selections of the person, before xterm turns them into input. */
import type { Terminal } from '@xterm/xterm';
import { inspectPaste, type PasteReport } from './pasteGuard.ts';

export interface KeyEvents {
  readonly onPaste: (report: PasteReport) => void;
  readonly onFind: () => void;
  /** Larger, smaller, or (0) the usual size. */
  readonly onZoom: (stepPx: number) => void;
  readonly copiesOnSelect: () => boolean;
}

const zooms: Readonly<Record<string, number>> = { '=': 1, '+': 1, '-': -1, '0': 0 };

/** Listens on `element`, the one xterm is opened in. Returns the way to stop. */
export function addKeys(terminal: Terminal, element: HTMLElement, events: KeyEvents): () => void {
  terminal.attachCustomKeyEventHandler((event) => handleKey(terminal, event, events));
  const handlePaste = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    event.preventDefault();
    event.stopImmediatePropagation();
    if (text !== '' && terminal.options.disableStdin !== true) paste(terminal, text, events.onPaste);
  };
  const handleUp = () => {
    // After xterm has finished the selection of this very mouse button.
    if (events.copiesOnSelect()) setTimeout(() => copySelection(terminal));
  };
  element.addEventListener('paste', handlePaste, { capture: true });
  element.addEventListener('mouseup', handleUp);
  return () => {
    element.removeEventListener('paste', handlePaste, { capture: true });
    element.removeEventListener('mouseup', handleUp);
  };
}

/** Pastes, or asks first where it would run or press something. */
export function paste(terminal: Terminal, text: string, ask: (report: PasteReport) => void): void {
  const report = inspectPaste(text, terminal.modes.bracketedPasteMode);
  if (report === null) terminal.paste(text);
  else ask(report);
}

function copySelection(terminal: Terminal): void {
  if (terminal.hasSelection()) void navigator.clipboard?.writeText(terminal.getSelection()).catch(() => undefined);
}

/** Copy, paste, find and zoom as everywhere else; the rest goes to the shell. False: not for the shell. */
function handleKey(terminal: Terminal, event: KeyboardEvent, events: KeyEvents): boolean {
  const mod = event.ctrlKey || event.metaKey;
  if (event.type !== 'keydown' || !mod || event.altKey) return true;
  const key = event.key.toLowerCase();
  if (key === 'v') return false;
  if (key === 'f') {
    event.preventDefault();
    events.onFind();
    return false;
  }
  const zoom = zooms[key];
  if (zoom !== undefined) {
    event.preventDefault();
    events.onZoom(zoom);
    return false;
  }
  if (key !== 'c') return true;
  if (!terminal.hasSelection()) return !event.shiftKey;
  event.preventDefault();
  copySelection(terminal);
  terminal.clearSelection();
  return false;
}
