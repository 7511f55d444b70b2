import type { Control, Holder, Route, RouteName, Sandbox, ServerMessage, Session } from '@sandglass/protocol';

const ofControl: ReadonlySet<RouteName> = new Set([
  ...(['takeControl', 'requestControl', 'keepControl', 'giveControl', 'releaseControl'] as const),
]);

/**
 * Of the newest control under which this client may touch, by sandbox. It goes with all that is sent there, so that what was meant for
 * an earlier time changes nothing. Known from what taking control replied and from every gate and sandbox that is seen. Kept after a
 * loss until that is heard of: what is sent in between must not count either.
 */
export class Fences {
  readonly #bySandbox = new Map<string, number>();
  #viewer: string | null = null;

  /** Whether the server has said who this client is to control. */
  get knowsViewer(): boolean {
    return this.#viewer !== null;
  }

  /** `null`: nothing is said any more. */
  set(sandbox: string, fence: number | null): void {
    if (fence === null) this.#bySandbox.delete(sandbox);
    else this.#bySandbox.set(sandbox, fence);
  }

  /** What a reply says of control. */
  hearReply(name: RouteName, sandbox: unknown, reply: unknown): void {
    if (name === 'session' || name === 'openSession') this.#viewer = (reply as Session).viewer;
    if (typeof sandbox !== 'string') return;
    const control = reply as Control;
    if (name === 'takeControl' && control.holder.kind === 'person') this.#viewer = control.holder.viewer;
    if (ofControl.has(name)) this.#see(sandbox, control);
  }

  /** What the stream says of it. */
  hearMessage(message: ServerMessage): void {
    if (message.type === 'gate') this.#see(message.gate.sandbox, message.gate.control);
    else if (message.type === 'sandbox') this.#seeSandbox(message.sandbox);
    else if (message.type === 'sandboxes') for (const sandbox of message.sandboxes) this.#seeSandbox(sandbox);
  }

  #seeSandbox({ id, gate }: Sandbox): void {
    this.#see(id, { holder: gate.control, fence: gate.fence });
  }

  #see(sandbox: string, { holder, fence }: { readonly holder: Holder; readonly fence: number }): void {
    const said = this.of(sandbox);
    const isMine = holder.kind === 'person' && holder.viewer === this.#viewer;
    if (isMine && fence >= (said ?? 0)) this.set(sandbox, fence);
    // Over: what is sent from now on is of no time of its own.
    else if (said !== undefined && said < fence) this.set(sandbox, null);
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
