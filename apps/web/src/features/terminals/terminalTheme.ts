import type { ITheme } from '@xterm/xterm';

/** The terminal's colours, from the page's tokens, so that both themes are right. */
export function readTerminalTheme(element: Element = document.documentElement): ITheme {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const [text, quiet, ground] = [token('text'), token('text-3'), token('term')];
  return {
    background: ground,
    foreground: text,
    cursor: token('text'),
    cursorAccent: ground,
    selectionBackground: `${token('sand-text')}55`,
    black: token('line-strong'),
    red: token('err'),
    green: token('ok'),
    yellow: token('warn'),
    blue: token('agent'),
    magenta: token('human'),
    cyan: token('check'),
    white: token('text-2'),
    brightBlack: quiet,
    brightRed: token('err'),
    brightGreen: token('ok'),
    brightYellow: token('sand-text'),
    brightBlue: token('agent'),
    brightMagenta: token('human'),
    brightCyan: token('check'),
    brightWhite: text,
  };
}
