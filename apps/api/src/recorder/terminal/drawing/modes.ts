/** What was switched on or off, how the mouse is told, the cursor's shape. */
import type { Inner } from './inner.ts';

const MOUSE: Readonly<Record<string, number>> = { X10: 9, VT200: 1000, DRAG: 1002, ANY: 1003 };
const ENCODING: Readonly<Record<string, number>> = { SGR: 1006, SGR_PIXELS: 1016 };
const SHAPE = { block: 1, underline: 3, bar: 5 } as const;

export function drawModes({ coreService, coreMouseService, options }: Inner): string {
  const { modes, decPrivateModes: on, isCursorHidden } = coreService;
  const shape = on.cursorStyle === undefined ? 0 : SHAPE[on.cursorStyle] + (on.cursorBlink ? 0 : 1);
  const mouse = MOUSE[coreMouseService.activeProtocol];
  const encoding = ENCODING[coreMouseService.activeEncoding];
  const parts: readonly (readonly [isSet: boolean | undefined, sequence: string])[] = [
    [on.applicationCursorKeys, '\x1b[?1h'],
    [on.applicationKeypad, '\x1b='],
    [on.bracketedPasteMode, '\x1b[?2004h'],
    [modes.insertMode, '\x1b[4h'],
    [on.origin, '\x1b[?6h'],
    [on.reverseWraparound, '\x1b[?45h'],
    [on.sendFocus, '\x1b[?1004h'],
    [!on.wraparound, '\x1b[?7l'],
    [options.convertEol, '\x1b[20h'],
    [options.cursorBlink, '\x1b[?12h'],
    [isCursorHidden, '\x1b[?25l'],
    [mouse !== undefined, `\x1b[?${mouse}h`],
    [encoding !== undefined, `\x1b[?${encoding}h`],
    [shape !== 0, `\x1b[${shape} q`],
  ];
  return parts.map(([isSet, sequence]) => (isSet ? sequence : '')).join('');
}
