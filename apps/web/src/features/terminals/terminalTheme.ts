import type { ITheme } from '@xterm/xterm';
import { tokenColor } from '../../platform/tokenColor.ts';

/** The terminal's colours, from the page's tokens, so that both themes are right. */
export function readTerminalTheme(): ITheme {
  const [text, quiet, ground] = [tokenColor('text'), tokenColor('text-3'), tokenColor('term')];
  return {
    background: ground,
    foreground: text,
    cursor: tokenColor('text'),
    cursorAccent: ground,
    selectionBackground: `${tokenColor('sand-text')}55`,
    black: tokenColor('line-strong'),
    red: tokenColor('err'),
    green: tokenColor('ok'),
    yellow: tokenColor('warn'),
    blue: tokenColor('agent'),
    magenta: tokenColor('human'),
    cyan: tokenColor('check'),
    white: tokenColor('text-2'),
    brightBlack: quiet,
    brightRed: tokenColor('err'),
    brightGreen: tokenColor('ok'),
    brightYellow: tokenColor('sand-text'),
    brightBlue: tokenColor('agent'),
    brightMagenta: tokenColor('human'),
    brightCyan: tokenColor('check'),
    brightWhite: text,
  };
}
