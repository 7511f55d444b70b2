import type { ITheme } from '@xterm/xterm';
import { tokenColor } from '../../platform/tokenColor.ts';
import type { TerminalSettings } from './terminalSettings.ts';

/** The terminal's colours, from the page's tokens, so that both themes are right. */
export function readTerminalTheme(colors: TerminalSettings['colors']): ITheme {
  const full = colors === 'contrast';
  const [text, quiet, ground] = [
    tokenColor(full ? 'text-contrast' : 'text'),
    tokenColor(full ? 'text-contrast' : 'text-3'),
    tokenColor(full ? 'term-contrast' : 'term'),
  ];
  return {
    background: ground,
    foreground: text,
    cursor: text,
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

/** WCAG AA for what programs colour as they like; AAA for who asked for full contrast. */
export const leastContrastOf = (colors: TerminalSettings['colors']): number => (colors === 'contrast' ? 7 : 4.5);
