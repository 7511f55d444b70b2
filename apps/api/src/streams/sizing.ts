/**
 * Who decides the size of a terminal: the first viewer who may type. Others draw it as it is, so that a second viewer never
 * reflows the first. When the decider leaves, the one who came next decides.
 */
export interface SizingViewer {
  onSizing(sizing: boolean): void;
}

export class TerminalSizing {
  readonly #viewers = new Map<string, SizingViewer[]>();

  /** Returns whether this viewer decides now. */
  join(terminal: string, viewer: SizingViewer): boolean {
    const viewers = this.#viewers.get(terminal) ?? [];
    this.#viewers.set(terminal, viewers);
    viewers.push(viewer);
    return viewers[0] === viewer;
  }

  decides(terminal: string, viewer: SizingViewer): boolean {
    return this.#viewers.get(terminal)?.[0] === viewer;
  }

  leave(terminal: string, viewer: SizingViewer): void {
    const viewers = this.#viewers.get(terminal);
    const index = viewers?.indexOf(viewer) ?? -1;
    if (!viewers || index < 0) return;
    viewers.splice(index, 1);
    if (viewers.length === 0) this.#viewers.delete(terminal);
    else if (index === 0) viewers[0]?.onSizing(true);
  }
}
