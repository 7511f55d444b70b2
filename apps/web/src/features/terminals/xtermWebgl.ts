import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** Browsers keep about 16 contexts a page and take the oldest away; others of the page may want one too. */
const MOST_CONTEXTS = 12;
let contexts = 0;

/** Draws a terminal with the graphics card while it is seen. Without one, or when it is taken away, xterm draws with the DOM. */
export class XtermWebgl {
  readonly #terminal: Terminal;
  #addon: WebglAddon | null = null;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  use(): void {
    if (this.#addon !== null || contexts >= MOST_CONTEXTS) return;
    try {
      const addon = new WebglAddon();
      addon.onContextLoss(() => this.drop());
      this.#terminal.loadAddon(addon);
      this.#addon = addon;
      contexts++;
    } catch {
      // No WebGL here: the DOM is slower and looks the same.
    }
  }

  drop(): void {
    const addon = this.#addon;
    this.#addon = null;
    if (addon === null) return;
    contexts--;
    // The add-on's own dispose leaves the context alive, and they are few.
    for (const canvas of this.#terminal.element?.querySelectorAll('canvas') ?? [])
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
    addon.dispose();
  }
}
