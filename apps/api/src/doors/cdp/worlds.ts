/** What a client's own workings tell of it: which worlds its scripts run in, and the selector that it looked for last. */
import type { Hints } from './acts.ts';
import { type Command, type Fields, fieldsOf, textOf } from './message.ts';

/** Of one tab. */
interface Known {
  /** Contexts that are not the page's own. */
  readonly apart: Set<number>;
  selector: string | undefined;
}

const MAX_SELECTOR = 300;
/** More of a script's arguments is not looked at. */
const MOST_VALUES = 2_000;

export class Worlds {
  readonly #tabs = new Map<string, Known>();

  /** An event of the browser, as text; most are none of its business. */
  hear(text: string): void {
    if (text.includes('"Runtime.executionContextCreated"')) {
      const { params, sessionId } = fieldsOf(JSON.parse(text));
      const { context } = fieldsOf(params);
      const { id, auxData } = fieldsOf(context);
      if (typeof id === 'number' && fieldsOf(auxData)['isDefault'] === false) this.#of(textOf(sessionId)).apart.add(id);
    } else if (text.includes('"Runtime.executionContextsCleared"'))
      this.#tabs.get(textOf(fieldsOf(JSON.parse(text))['sessionId']))?.apart.clear();
    else if (text.includes('"Target.detachedFromTarget"')) {
      const { params } = fieldsOf(JSON.parse(text));
      this.#tabs.delete(textOf(fieldsOf(params)['sessionId']));
    }
  }

  hintsOf(command: Command): Hints {
    const tab = this.#of(command.sessionId ?? '');
    if (command.method === 'Runtime.callFunctionOn') {
      const found = selectorIn(command.params);
      if (found !== undefined) tab.selector = found;
    }
    return { selector: tab.selector, inMainWorld: !tab.apart.has(contextOf(command.params) ?? -1) };
  }

  #of(session: string): Known {
    const known = this.#tabs.get(session) ?? { apart: new Set<number>(), selector: undefined };
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
