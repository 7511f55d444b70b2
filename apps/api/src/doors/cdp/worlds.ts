/** What a client's own workings tell of it: which worlds its scripts run in, and the selector that it looked for last. */
import type { Hints } from './acts.ts';
import { type Command, type Fields, fieldsOf, numberOf, parsed, textOf } from './message.ts';

/** Of one session: a tab, a frame of another process, a worker. */
interface Known {
  /** Contexts that are not the page's own. */
  readonly apart: Set<number>;
  /** The page's own, one for each of its frames. */
  readonly own: Set<number>;
  selector: string | undefined;
  /** The kind of act that it was looked for for: the first that came after. */
  usedBy: string | null;
  guards: readonly string[];
}

const HEARD = new Set([
  'Runtime.executionContextCreated',
  'Runtime.executionContextDestroyed',
  'Runtime.executionContextsCleared',
  'Target.attachedToTarget',
  'Target.detachedFromTarget',
]);
const MOST_PAGES = 5_000;
const MOST_FRAMES = 100;
const MAX_SELECTOR = 300;
/** More of a script's arguments is not looked at. */
const MOST_VALUES = 2_000;

export class Worlds {
  readonly #tabs = new Map<string, Known>();
  readonly #pages = new Map<string, string>();
  /** Sessions that are of no document. */
  readonly #workers = new Set<string>();

  /** An event of the browser; most are none of its business. */
  hear(method: string, bytes: Buffer): void {
    if (!HEARD.has(method)) return;
    const { params, sessionId } = fieldsOf(parsed(bytes.toString()));
    const told = fieldsOf(params);
    if (method === 'Runtime.executionContextCreated') {
      const { id, auxData } = fieldsOf(told['context']);
      if (typeof id !== 'number') return;
      const { apart, own } = this.#of(textOf(sessionId));
      if (fieldsOf(auxData)['isDefault'] === false) apart.add(id);
      else own.add(id);
    } else if (method === 'Runtime.executionContextDestroyed') {
      const { apart, own } = this.#of(textOf(sessionId));
      for (const some of [apart, own]) some.delete(numberOf(told['executionContextId']));
    } else if (method === 'Runtime.executionContextsCleared') {
      const { apart, own } = this.#of(textOf(sessionId));
      for (const some of [apart, own]) some.clear();
    } else if (method === 'Target.attachedToTarget') {
      const { targetId, type } = fieldsOf(told['targetInfo']);
      const session = textOf(told['sessionId']);
      const page = type === 'page' ? textOf(targetId) : this.#pages.get(textOf(sessionId));
      if (page === undefined || this.#pages.size >= MOST_PAGES) return;
      this.#pages.set(session, page);
      if (type !== 'page' && type !== 'iframe') this.#workers.add(session);
    } else {
      const session = textOf(told['sessionId']);
      this.#tabs.delete(session);
      this.#pages.delete(session);
      this.#workers.delete(session);
    }
  }

  /** The page that a session is of, also by way of its frames and workers. */
  pageOf(session: string | undefined): string | undefined {
    return session === undefined ? undefined : this.#pages.get(session);
  }

  /** Every document that the page of a session is made of, as far as the client hears of them; null: too many. */
  documentsOf(session: string): readonly { readonly session: string; readonly contextId: number }[] | null {
    const page = this.#pages.get(session);
    const sessions = page === undefined ? [session] : [...this.#pages].flatMap(([one, of]) => (of === page ? one : []));
    const documents = sessions
      .filter((one) => !this.#workers.has(one))
      .flatMap((one) => [...(this.#tabs.get(one)?.own ?? [])].map((contextId) => ({ session: one, contextId })));
    return documents.length > MOST_FRAMES ? null : documents;
  }

  hintsOf(command: Command): Hints {
    const tab = this.#of(command.sessionId ?? '');
    if (command.method === 'Runtime.callFunctionOn') {
      const found = selectorIn(command.params);
      if (found !== undefined) {
        tab.selector = found;
        tab.usedBy = null;
      }
      const guards = guardsIn(command.params);
      if (guards.length > 0) tab.guards = guards;
    }
    return { selector: tab.selector, inMainWorld: !tab.apart.has(contextOf(command.params) ?? -1) };
  }

  /** Whether such an act is what its selector was looked for for; acts of another kind since then were for something else. */
  isLookedForBy(name: string, session: string | undefined): boolean {
    const tab = this.#of(session ?? '');
    tab.usedBy ??= name;
    return tab.usedBy === name;
  }

  /** Objects by which a client sees to it that its next press meets what it meant, and nothing else. */
  guardsOf(session: string | undefined): readonly string[] {
    return this.#tabs.get(session ?? '')?.guards ?? [];
  }

  #of(session: string): Known {
    const known = this.#tabs.get(session) ?? {
      apart: new Set<number>(),
      own: new Set<number>(),
      selector: undefined,
      usedBy: null,
      guards: [],
    };
    this.#tabs.set(session, known);
    return known;
  }
}

/** Of a script: named, or the world of the object that it is called on. */
function contextOf(params: Fields): number | undefined {
  const named = params['contextId'] ?? params['executionContextId'];
  if (typeof named === 'number') return named;
  const parts = textOf(params['objectId']).split('.');
  return parts.length === 3 ? Number(parts[1]) : undefined;
}

/** Playwright has its own script stop a press that meets another element, and presses again. */
function guardsIn(params: Fields): string[] {
  const values = Array.isArray(params['arguments']) ? params['arguments'].map(fieldsOf) : [];
  if (!values.some(({ value }) => typeof value === 'string' && value.includes('.setupHitTargetInterceptor(')))
    return [];
  return values.flatMap(({ objectId }) => (typeof objectId === 'string' ? [objectId] : []));
}

export const TAKE_GUARDS_AWAY =
  'function (...all) { for (const one of all) if (one && one._hitTargetInterceptor) one._hitTargetInterceptor = undefined; }';

/** Playwright writes an object as `{o: [{k, v}…]}` and a list as `{a: […]}`; a selector's parts each have a name and a source. */
export function selectorIn(params: Fields): string | undefined {
  const found: string[] = [];
  let left = MOST_VALUES;
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || --left < 0) return;
    const { o } = fieldsOf(value);
    if (Array.isArray(o)) {
      const fields = Object.fromEntries(o.map((each) => [textOf(fieldsOf(each)['k']), fieldsOf(each)['v']]));
      const [name, source] = [textOf(fields['name']), textOf(fields['source'])];
      if (name !== '' && source !== '') {
        found.push(name === 'css' ? source : `${name.replace(/^internal:/, '')}=${source}`);
        return;
      }
    }
    for (const each of Object.values(value)) walk(each);
  };
  walk(params['arguments']);
  return found.length === 0 ? undefined : found.join(' >> ').slice(0, MAX_SELECTOR);
}
