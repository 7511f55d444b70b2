/** Which commands are acts of an agent, and what they do, in words. Everything else is how a client finds its way and passes. Pure. */
import { z } from 'zod';
import { type Command, type Fields, fieldsOf, numberOf, textOf } from './message.ts';

export interface Act {
  readonly name: string;
  readonly arguments: Fields;
  readonly summary: (given: Fields) => string;
  /** It changes nothing. */
  readonly reads?: boolean;
  /** What it may be edited to, and the command's parameters for that. */
  readonly edit?: { readonly schema: z.ZodType<Fields>; readonly apply: (given: Fields) => Fields };
  /** It goes on until something ends it: keys that follow each other, a button that is held down. */
  readonly lasts?: 'keys' | 'button';
  /** Words go where the focus is: they are masked when that is a password. */
  readonly types?: boolean;
}

/** What a client's own workings say of what it is about to touch. */
export interface Hints {
  /** As the agent's author wrote it, where the client sends it along. */
  readonly selector: string | undefined;
  /** Whether a script runs where the page's own do, and not in a client's separate world. */
  readonly inMainWorld: boolean;
}

const Url = z.object({ url: z.string().min(1).max(8_192) });
const Point = z.looseObject({ x: z.number().finite(), y: z.number().finite() });
const Words = z.looseObject({ text: z.string().max(100_000) });

const at = ({ x, y }: Fields): string => `${Math.round(numberOf(x))},${Math.round(numberOf(y))}`;
const place = (given: Fields): string => {
  const where = at(given);
  return given['selector'] === undefined ? where : `${textOf(given['selector'])} (${where})`;
};

export function actOf({ method, params }: Command, hints: Hints): Act | null {
  const selector = hints.selector === undefined ? {} : { selector: hints.selector };
  switch (method) {
    case 'Page.navigate': {
      const url = textOf(params['url']);
      // How clients begin with a fresh tab.
      if (url === 'about:blank') return null;
      const edit = { schema: Url as z.ZodType<Fields>, apply: (given: Fields) => ({ ...params, url: given['url'] }) };
      return { name: 'browser.navigate', arguments: { url }, summary: ({ url }) => textOf(url), edit };
    }
    case 'Page.reload':
      return { name: 'browser.reload', arguments: {}, summary: () => '' };
    case 'Page.navigateToHistoryEntry':
      return { name: 'browser.history', arguments: { entry: params['entryId'] }, summary: () => '' };
    case 'Input.dispatchMouseEvent':
      return mouse(params, selector);
    case 'Input.dispatchTouchEvent': {
      if (params['type'] !== 'touchStart') return null;
      const [point] = Array.isArray(params['touchPoints']) ? (params['touchPoints'] as Fields[]) : [];
      const given = { x: numberOf(point?.['x']), y: numberOf(point?.['y']), ...selector };
      return { name: 'browser.tap', arguments: given, summary: place };
    }
    case 'Input.dispatchDragEvent':
      return params['type'] === 'drop'
        ? { name: 'browser.drop', arguments: { x: params['x'], y: params['y'] }, summary: at }
        : null;
    case 'Input.dispatchKeyEvent':
      return params['type'] === 'keyDown' || params['type'] === 'rawKeyDown'
        ? {
            name: 'browser.keys',
            arguments: { keys: keyOf(params), ...selector },
            summary: ({ keys }) => textOf(keys),
            lasts: 'keys',
            types: true,
          }
        : null;
    case 'Input.insertText': {
      const edit = {
        schema: Words as z.ZodType<Fields>,
        apply: (given: Fields) => ({ ...params, text: given['text'] }),
      };
      return {
        name: 'browser.fill',
        arguments: { text: textOf(params['text']), ...selector },
        summary: (given) =>
          `${given['selector'] === undefined ? '' : `${textOf(given['selector'])} ← `}${textOf(given['text'])}`,
        edit,
        types: true,
      };
    }
    case 'Runtime.evaluate':
    case 'Runtime.callFunctionOn':
      return byScript(params, selector) ?? evaluation(params, hints);
    case 'Page.captureScreenshot':
      return { name: 'browser.screenshot', arguments: {}, summary: () => '', reads: true };
    case 'Page.printToPDF':
      return { name: 'browser.pdf', arguments: {}, summary: () => '', reads: true };
    case 'Target.createTarget': {
      const url = textOf(params['url']);
      const edit = { schema: Url as z.ZodType<Fields>, apply: (given: Fields) => ({ ...params, url: given['url'] }) };
      return { name: 'browser.newTab', arguments: { url }, summary: ({ url }) => textOf(url), edit };
    }
    case 'Target.closeTarget':
    case 'Page.close':
      return { name: 'browser.closeTab', arguments: {}, summary: () => '' };
    case 'Page.bringToFront':
    case 'Target.activateTarget':
      return { name: 'browser.turnTo', arguments: {}, summary: () => '' };
    case 'Browser.close':
      return { name: 'browser.close', arguments: {}, summary: () => '' };
    case 'Page.handleJavaScriptDialog': {
      const { accept, promptText } = params;
      return {
        name: 'browser.dialog',
        arguments: { accept: accept === true, ...(promptText === undefined ? {} : { text: promptText }) },
        summary: (given) => (given['accept'] === true ? 'accept' : 'dismiss'),
      };
    }
    case 'DOM.setFileInputFiles': {
      const files = Array.isArray(params['files']) ? params['files'].map(textOf) : [];
      return {
        name: 'browser.upload',
        arguments: { files, ...selector },
        summary: (given) => (given['files'] as string[]).join(', '),
      };
    }
    default:
      return null;
  }
}

function mouse(params: Fields, selector: { selector?: string }): Act | null {
  const { type, x, y, button, clickCount, deltaX, deltaY } = params;
  if (type === 'mouseWheel')
    return {
      name: 'browser.scroll',
      arguments: { x, y, deltaX, deltaY },
      summary: (given) => `${numberOf(given['deltaX'])},${numberOf(given['deltaY'])} at ${at(given)}`,
    };
  if (type !== 'mousePressed') return null;
  const times = numberOf(clickCount);
  return {
    name: 'browser.click',
    arguments: { x, y, button: textOf(button) || 'left', ...(times > 1 ? { clicks: times } : {}), ...selector },
    summary: (given) => `${given['button'] === 'left' ? '' : `${textOf(given['button'])} `}${place(given)}`,
    edit: {
      schema: Point as z.ZodType<Fields>,
      apply: (given) => ({ ...params, x: given['x'], y: given['y'] }),
    },
    lasts: 'button',
  };
}

/** Clients choose in a list, and hand over files that they hold themselves, by scripts of their own: input all the same. */
function byScript(params: Fields, selector: { selector?: string }): Act | null {
  const values = listOf(params['arguments']);
  const code = textOf(params['functionDeclaration']);
  const written = values.map((argument) => textOf(argument['value'])).find((text) => text.includes('injected.')) ?? '';
  if (written.includes('injected.selectOptions(') || code.includes('Element is not a <select> element')) {
    const given = { values: chosenIn(values, ['valueOrLabel', 'value', 'label', 'index']), ...selector };
    return { name: 'browser.select', arguments: given, summary: wordsOfChoice };
  }
  if (written.includes('injected.setInputFiles(')) {
    const given = { files: chosenIn(values, ['name']), ...selector };
    return { name: 'browser.upload', arguments: given, summary: ({ files }) => (files as string[]).join(', ') };
  }
  return null;
}

const wordsOfChoice = (given: Fields): string =>
  `${given['selector'] === undefined ? '' : `${textOf(given['selector'])} ← `}${(given['values'] as string[]).join(', ')}`;

/** Playwright writes an object as `{o: [{k, v}…]}`; Puppeteer hands over a list as it is. */
function chosenIn(values: readonly Fields[], names: readonly string[]): string[] {
  const found: string[] = [];
  let left = MOST_VALUES;
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || --left < 0 || found.length >= MOST_CHOSEN) return;
    const { k, v } = value as Fields;
    if (names.includes(textOf(k)) && (typeof v === 'string' || typeof v === 'number')) found.push(cutChoice(String(v)));
    else for (const each of Object.values(value)) walk(each);
  };
  walk(values);
  if (found.length > 0) return found;
  const list = values.map(({ value }) => value).find((value): value is unknown[] => Array.isArray(value)) ?? [];
  return list
    .filter((one): one is string => typeof one === 'string')
    .slice(0, MOST_CHOSEN)
    .map(cutChoice);
}

const MOST_VALUES = 2_000;
const MOST_CHOSEN = 50;
const cutChoice = (text: string): string => text.slice(0, 300);
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

/** Only what the agent's author wrote: clients run scripts of their own to find and wait for things. */
function evaluation(params: Fields, { inMainWorld }: Hints): Act | null {
  const code = textOf(params['expression']) || textOf(params['functionDeclaration']);
  if (isOfClient(code) || !inMainWorld) return null;
  const expression = writtenCode(code, params);
  if (expression === '') return null;
  return { name: 'browser.evaluate', arguments: { expression }, summary: (given) => textOf(given['expression']) };
}

/** Playwright hands the author's code over as an argument of its own helper. */
function writtenCode(code: string, params: Fields): string {
  if (!code.includes('utilityScript')) return code.replace(/\n?\/\/# sourceURL=[^\n]*\n?$/, '');
  const values = Array.isArray(params['arguments']) ? (params['arguments'] as Fields[]) : [];
  const written = values
    .map((argument) => argument['value'])
    .find((value) => typeof value === 'string' && value !== '');
  const text = textOf(written);
  return isOfClient(text) ? '' : text;
}

const CLIENT_CODE =
  /pptr:internal|__pptr|__pw|pwExport|InjectedScript|class UtilityScript|injected(?:Script)?\b|\binjected\./;
/** By which Puppeteer begins to look for an element; it changes nothing, whoever writes it. */
const DOCUMENT = /^\(\) => \{\s*return document;\s*\}\s*(?:$|\/\/# sourceURL)/;
const isOfClient = (code: string): boolean => CLIENT_CODE.test(code) || DOCUMENT.test(code);

/** `a`, `Enter`, `Control+A`. */
export function keyOf(params: Fields): string {
  const text = textOf(params['text']);
  const modifiers = numberOf(params['modifiers']);
  const key = textOf(params['key']);
  // Without Shift alone: a capital letter says it already.
  const held = [modifiers & 2 ? 'Control' : '', modifiers & 1 ? 'Alt' : '', modifiers & 4 ? 'Meta' : ''].filter(
    Boolean,
  );
  if (held.length === 0 && text.length === 1 && text >= ' ') return text;
  const shift = modifiers & 8 && key.length > 1 ? ['Shift'] : [];
  return [...held, ...shift, key || text].join('+');
}

/** Keys as they follow each other: letters run together, others stand apart. */
export function joinKeys(keys: readonly string[]): string {
  let text = '';
  let before = 1;
  for (const key of keys) {
    text += text !== '' && (key.length > 1 || before > 1) ? ` ${key}` : key;
    before = key.length;
  }
  return text;
}
