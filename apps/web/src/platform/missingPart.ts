/**
 * Parts of this page that the server does not have any more, or did not send: the errors of their imports. Vite tells of each
 * as it happens; here it is known again by identity, never by its text, which each browser words in its own way.
 */
const missing = new WeakSet<object>();

/** An import that failed, in words of ours: the router would reload the page at once for the browser's own. */
export class MissingPart extends Error {}

/** Before the first part is asked for. */
export function watchMissingParts(page: EventTarget): void {
  page.addEventListener('vite:preloadError', (event) => {
    const { payload } = event as Event & { payload?: unknown };
    if (typeof payload === 'object' && payload !== null) missing.add(payload);
  });
}

export function isMissingPart(error: unknown): boolean {
  return error instanceof MissingPart || (typeof error === 'object' && error !== null && missing.has(error));
}

/** The same part, whose import fails with `MissingPart`. */
export const asPart =
  <Module>(load: () => Promise<Module>) =>
  (): Promise<Module> =>
    load().catch((cause: unknown) => {
      throw isMissingPart(cause) ? new MissingPart('A part of the console could not be loaded.', { cause }) : cause;
    });
