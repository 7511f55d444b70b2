/** Whether what is typed now goes where nobody is to read it, in whichever frame has the focus. What is not known is not shown. */
import { joinKeys } from './acts.ts';
import type { TypedKey } from './lasting.ts';
import { type Answer, type Fields, fieldsOf, textOf } from './message.ts';
import type { Worlds } from './worlds.ts';

export interface TypedSecretsOptions {
  readonly worlds: Pick<Worlds, 'documentsOf'>;
  /** `null`: no answer in time. */
  readonly ask: (method: string, params: Fields, session: string) => Promise<Answer | null>;
}

/**
 * What a document says of its focus: on a `secret`, on something `plain`, in a `frame` that is not its to look into, or nowhere (`none`).
 * An element of the page's own making without an open inside may hold anything.
 */
const FOCUS = `(() => {
  let e = document.activeElement;
  for (;;) {
    if (e && e.shadowRoot && e.shadowRoot.activeElement) e = e.shadowRoot.activeElement;
    else if (e && /^(I?FRAME|OBJECT|EMBED|FENCEDFRAME)$/.test(e.tagName)) {
      const inside = e.contentDocument;
      if (!inside) return 'frame';
      e = inside.activeElement;
    } else break;
  }
  if (!e) return 'none';
  if (e.tagName.includes('-') && !e.shadowRoot) return 'secret';
  const isTyped = e.tagName === 'INPUT' || e.tagName === 'TEXTAREA';
  if (isTyped && (e.type === 'password' || /(current|new)-password|one-time-code|cc-(number|csc)/.test(e.autocomplete))) return 'secret';
  if (isTyped && getComputedStyle(e).webkitTextSecurity !== 'none') return 'secret';
  return isTyped || e.isContentEditable || e !== e.ownerDocument.body || document.hasFocus() ? 'plain' : 'none';
})()`;
type Focus = 'secret' | 'plain' | 'frame' | 'none' | 'unknown';
const SAID: ReadonlySet<string> = new Set(['secret', 'plain', 'frame', 'none']);
const MASK = '•••';

export class TypedSecrets {
  readonly #options: TypedSecretsOptions;

  constructor(options: TypedSecretsOptions) {
    this.#options = options;
  }

  async isHidden(session: string | undefined): Promise<boolean> {
    if (session === undefined) return true;
    const focus = await this.#focusIn(session);
    if (focus !== 'frame') return focus !== 'plain' && focus !== 'none';
    const documents = this.#options.worlds.documentsOf(session);
    if (documents === null) return true;
    const all = await Promise.all(documents.map((one) => this.#focusIn(one.session, one.contextId)));
    return all.includes('secret') || all.includes('unknown') || !all.includes('plain');
  }

  async #focusIn(session: string, contextId?: number): Promise<Focus> {
    const where = contextId === undefined ? {} : { contextId };
    const params = { expression: FOCUS, returnByValue: true, ...where };
    const answer = await this.#options.ask('Runtime.evaluate', params, session);
    const said = answer !== null && 'result' in answer ? textOf(fieldsOf(answer.result['result'])['value']) : '';
    return SAID.has(said) ? (said as Focus) : 'unknown';
  }
}

export const masked = (given: Fields): Fields =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, name === 'text' || name === 'keys' ? MASK : value]),
  );

/** Keys as they are shown: how many are hidden is not told either. */
export async function shownKeys(keys: readonly TypedKey[]): Promise<string> {
  const shown: string[] = [];
  for (const { key, hidden } of keys)
    if (!(await hidden)) shown.push(key);
    else if (shown.at(-1) !== MASK) shown.push(MASK);
  return joinKeys(shown);
}
