import type { Route } from '@sandglass/protocol';

/**
 * Of the newest control under which this client may touch (it has it, or nobody has), by sandbox. It goes with all that is sent there,
 * so that what was meant for an earlier time changes nothing. Kept after the loss: what is still on its way then must not count either.
 */
export class Fences {
  readonly #bySandbox = new Map<string, number>();

  /** `null`: nothing is said any more. */
  set(sandbox: string, fence: number | null): void {
    if (fence === null) this.#bySandbox.delete(sandbox);
    else this.#bySandbox.set(sandbox, fence);
  }

  of(sandbox: unknown): number | undefined {
    return typeof sandbox === 'string' ? this.#bySandbox.get(sandbox) : undefined;
  }

  /** For requests that are made without this client. */
  headersOf(sandbox: unknown): Record<string, string> {
    const fence = this.of(sandbox);
    return fence === undefined ? {} : { 'x-sandglass-control': String(fence) };
  }

  /** Reading asks for no control, and neither does asking for it. */
  headersFor(route: Pick<Route, 'method' | 'path'>, sandbox: unknown): Record<string, string> {
    const asks = route.method === 'GET' || /\/control\/(take|request)$/.test(route.path);
    return asks ? {} : this.headersOf(sandbox);
  }
}
