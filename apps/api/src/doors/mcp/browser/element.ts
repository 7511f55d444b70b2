/** One element of a page: where it is, what it is, filling it in. */
import { AppError, isAppError } from '@sandglass/protocol';
import type { Cdp } from '../../../devtools/cdp.ts';
import { FILL } from './fillScript.ts';
import type { Page } from './pages.ts';

export interface Element {
  readonly cdp: Cdp;
  readonly page: Page;
  /** Its backend node id. */
  readonly node: number;
}

interface At {
  readonly x: number;
  readonly y: number;
}

/** False also for one that has gone: that is told when it is to be used. */
export async function isPassword({ cdp, page, node }: Element): Promise<boolean> {
  const described = (await cdp.send('DOM.describeNode', { backendNodeId: node }, page.session).catch(() => ({}))) as {
    node?: { attributes?: string[] };
  };
  const attributes = described.node?.attributes ?? [];
  return attributes.some(
    (name, at) => at % 2 === 0 && name === 'type' && attributes[at + 1]?.toLowerCase() === 'password',
  );
}

/** Its middle in the page, after it was brought into view. */
export async function middleOf({ cdp, page, node }: Element): Promise<At> {
  await cdp.send('DOM.scrollIntoViewIfNeeded', { backendNodeId: node }, page.session).catch(stale);
  const { quads } = (await cdp
    .send('DOM.getContentQuads', { backendNodeId: node }, page.session)
    .catch(stale)) as unknown as { quads: number[][] };
  const [quad] = quads;
  if (!quad || quad.length < 8)
    throw new AppError('unprocessable', 'The element is not shown, so it cannot be clicked. Take a new snapshot.');
  const at = (offset: 0 | 1) => [0, 2, 4, 6].reduce((sum, n) => sum + (quad[n + offset] ?? 0), 0) / 4;
  return { x: at(0), y: at(1) };
}

/** A point of the page as one of the screen; undefined when the window does not say where it is. */
export async function findOnScreen({ cdp, page }: Pick<Element, 'cdp' | 'page'>, at: At): Promise<At | undefined> {
  const expression = '[screenX + (outerWidth - innerWidth) / 2, screenY + outerHeight - innerHeight]';
  const { result } = (await cdp.send('Runtime.evaluate', { expression, returnByValue: true }, page.session)) as {
    result: { value?: unknown };
  };
  const [left, top] = Array.isArray(result.value) ? (result.value as unknown[]).map(Number) : [];
  if (left === undefined || top === undefined || !Number.isFinite(left + top)) return undefined;
  const to = { x: Math.max(0, Math.round(left + at.x)), y: Math.max(0, Math.round(top + at.y)) };
  return to.x <= 65_535 && to.y <= 65_535 ? to : undefined;
}

export async function fillElement({ cdp, page, node }: Element, text: string, name: string): Promise<void> {
  const { object } = (await cdp.send('DOM.resolveNode', { backendNodeId: node }, page.session).catch(stale)) as {
    object: { objectId: string };
  };
  const { result } = (await cdp.send(
    'Runtime.callFunctionOn',
    { objectId: object.objectId, functionDeclaration: FILL, arguments: [{ value: text }], returnByValue: true },
    page.session,
  )) as { result: { value?: string } };
  if (result.value?.startsWith('no '))
    throw new AppError('unprocessable', `${name} cannot be filled: ${result.value.slice(0, 300)}.`);
  if (result.value === 'type') await cdp.send('Input.insertText', { text }, page.session);
}

/** The ref is of a page that has changed meanwhile. */
function stale(error: unknown): never {
  if (isAppError(error) && error.code === 'unprocessable')
    throw new AppError('conflict', 'The element is no longer in the page. Take a new browser_snapshot.', {
      cause: error,
    });
  throw error;
}
