/**
 * Output → what rules on `output` look at. Bytes come in any pieces, so the line that is not finished yet is looked at again with
 * what comes behind it; a rule that has matched it already is not asked again before it ends.
 */
import { StringDecoder } from 'node:string_decoder';

const MOST_LINE = 1_024;
const MOST_AT_ONCE = 8_192;
// Escape sequences: CSI, OSC (ended by BEL or ST), and two-character ones; then other controls but line breaks and tabs.
const ESCAPES =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])|[\u0000-\u0008\u000b-\u001f\u007f]/g;

export class OutputLines {
  readonly #decoder = new StringDecoder('utf8');
  #line = '';
  #matched = new Set<string>();

  /** @param look gets the text and the rules that have matched its unfinished line before; says which match now */
  add(bytes: Uint8Array, look: (text: string, except: ReadonlySet<string>) => readonly string[]): string {
    const fresh = this.#decoder.write(Buffer.from(bytes)).replace(ESCAPES, '');
    if (fresh === '') return '';
    const text = (this.#line + fresh).slice(-MOST_AT_ONCE);
    const matched = look(text, this.#matched);
    const end = text.lastIndexOf('\n');
    if (end !== -1) this.#matched = new Set();
    this.#line = text.slice(end + 1).slice(-MOST_LINE);
    if (this.#line !== '') for (const rule of matched) this.#matched.add(rule);
    return fresh;
  }
}
