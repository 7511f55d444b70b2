/**
 * What output may not do to whoever looks at it. Denied: every question whose answer carries text or settings of the viewer
 * (titles, colours, status strings, capabilities, clipboard), since the answer is typed into the shell. Answered by the one
 * viewer that decides the size: where the cursor is. Who the terminal is (DA) only where the person allows it: a program must
 * not behave differently because somebody looks. Asked: writes to the clipboard (OSC 52).
 */
import type { IFunctionIdentifier } from '@xterm/xterm';

/** What the guard needs of an emulator. */
export interface GuardedParser {
  registerCsiHandler(id: IFunctionIdentifier, callback: (params: (number | number[])[]) => boolean): unknown;
  registerDcsHandler(id: IFunctionIdentifier, callback: (data: string) => boolean): unknown;
  registerOscHandler(code: number, callback: (data: string) => boolean): unknown;
}

export interface Rights {
  /** This viewer says where the cursor is. */
  readonly answersPosition: boolean;
  /** This viewer says what kind of terminal it is. */
  readonly answersIdentity: boolean;
}

export interface GuardOptions {
  readonly rights: () => Rights;
  readonly onClipboard: (write: ClipboardWrite) => void;
}

/** What a program wants on the person's clipboard. Null when it is too long to be looked at, or not text. */
export interface ClipboardWrite {
  readonly text: string | null;
  readonly sizeBytes: number;
}

/** As much as a person can be asked about; a megabyte of base64 is a denial of service. */
const MOST_CLIPBOARD_BYTES = 65_536;

const deny = () => true;
/** Colours that may be asked: palette, foreground, background, cursor, mouse, highlight. */
const COLORS = [4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19];

/** A handler that returns true says that it has been dealt with. */
export function guardSequences(parser: GuardedParser, { rights, onClipboard }: GuardOptions): void {
  for (const prefix of ['', '>', '=']) {
    const id = prefix === '' ? { final: 'c' } : { prefix, final: 'c' };
    parser.registerCsiHandler(id, () => !rights().answersIdentity);
  }
  // Status and position of the cursor; every other status (printer, keyboard, memory) is denied.
  parser.registerCsiHandler({ final: 'n' }, ([code]) => !(rights().answersPosition && (code === 5 || code === 6)));
  parser.registerCsiHandler({ prefix: '?', final: 'n' }, ([code]) => !(rights().answersPosition && code === 6));
  // Version (XTVERSION), modes (DECRQM), keyboard protocol, parameters (DECREQTPARM), window reports and manipulation.
  for (const id of [
    { prefix: '>', final: 'q' },
    { intermediates: '$', final: 'p' },
    { prefix: '?', intermediates: '$', final: 'p' },
    { prefix: '?', final: 'u' },
    { final: 'x' },
    { prefix: '>', final: 't' },
  ])
    parser.registerCsiHandler(id, deny);
  // Of the window's `t`, keeping and giving back the title (22, 23) asks nothing.
  parser.registerCsiHandler({ final: 't' }, ([code]) => code !== 22 && code !== 23);
  // Settings (DECRQSS), capabilities (XTGETTCAP): their answers may echo what was asked.
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, deny);
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, deny);
  for (const code of COLORS) parser.registerOscHandler(code, (data) => data.includes('?'));
  parser.registerOscHandler(52, (data) => {
    const write = parseClipboard(data);
    if (write !== null) onClipboard(write);
    return true;
  });
}

/** `c;base64`. Null for a question (`c;?`) and for clearing: neither is any program's business. */
export function parseClipboard(data: string): ClipboardWrite | null {
  const encoded = data.slice(data.indexOf(';') + 1);
  if (!data.includes(';') || encoded === '' || encoded === '?') return null;
  const sizeBytes = Math.floor((encoded.length * 3) / 4);
  if (sizeBytes > MOST_CLIPBOARD_BYTES) return { text: null, sizeBytes };
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), sizeBytes: bytes.length };
  } catch {
    return { text: null, sizeBytes };
  }
}
