/** What is under a press: through the frames of a page, also those that a process of their own draws, down to what would open over it. */
import type { PagePopup } from '@sandglass/protocol';
import type { Cdp } from '../../devtools/cdp.ts';
import { popupAt, readPlaced } from './popupScripts.ts';

/** Where an element lives: a session, and in it a world, where the page's own is not the one. */
interface Reach {
  readonly session: string;
  readonly world: number | undefined;
}

export interface FoundPopup extends Reach {
  /** Of the browser: it holds the element. */
  readonly object: string;
  readonly popup: PagePopup;
}

export interface Under {
  readonly found: FoundPopup | null;
  /** Those of the frames that were gone through; the page's own first. */
  readonly sessions: readonly string[];
}

/** A page that does not answer gets the press as it is. */
export const LOOK_MS = 700;
const MOST_FRAMES = 8;

export interface FinderOptions {
  readonly cdp: Cdp;
  readonly session: string;
  /** The session of a frame that has one of its own. */
  readonly frameOf: (frame: string) => string | undefined;
}

export async function findUnder(
  { cdp, session, frameOf }: FinderOptions,
  { x, y }: { x: number; y: number },
): Promise<Under> {
  const sessions = [session];
  let reach: Reach = { session, world: undefined };
  let [left, top] = [0, 0];
  for (let depth = 0; depth < MOST_FRAMES; depth++) {
    const ask = (method: string, params: Record<string, unknown>) => cdp.send(method, params, reach.session, LOOK_MS);
    const within = reach.world === undefined ? {} : { contextId: reach.world };
    const object = objectOf(await ask('Runtime.evaluate', { expression: popupAt(x - left, y - top), ...within }));
    if (object === undefined) return { found: null, sessions };
    const placed = readPlaced(toldOf(await ask('Runtime.callFunctionOn', tell(object))));
    if (placed === undefined) return { found: null, sessions };
    if (placed.popup !== null) {
      const popup = { ...placed.popup, x: placed.popup.x + left, y: placed.popup.y + top };
      return { found: { ...reach, object, popup }, sessions };
    }
    // A frame that this one may not look into.
    const frameElement = objectOf(
      await ask('Runtime.callFunctionOn', { objectId: object, functionDeclaration: FRAME }),
    );
    const described = await ask('DOM.describeNode', { objectId: frameElement });
    const frame = String((described['node'] as { frameId?: unknown } | undefined)?.frameId ?? '');
    const apart = frameOf(frame);
    if (apart === undefined) {
      const made = await ask('Page.createIsolatedWorld', { frameId: frame, worldName: 'sandglass' });
      reach = { session: reach.session, world: Number(made['executionContextId']) };
    } else {
      sessions.push(apart);
      reach = { session: apart, world: undefined };
    }
    left += placed.left;
    top += placed.top;
  }
  return { found: null, sessions };
}

const FRAME = 'function () { return this.element; }';
const tell = (objectId: string) => ({
  objectId,
  functionDeclaration: 'function () { return this.told; }',
  returnByValue: true,
});
const resultOf = (answer: Record<string, unknown>) =>
  answer['result'] as { objectId?: unknown; value?: unknown } | undefined;
const toldOf = (answer: Record<string, unknown>): unknown => resultOf(answer)?.value;
const objectOf = (answer: Record<string, unknown>): string | undefined => {
  const id = resultOf(answer)?.objectId;
  return typeof id === 'string' ? id : undefined;
};
