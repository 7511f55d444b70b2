/**
 * Who decides the size of a terminal: the first viewer who may type. Others draw it as it is, so that a second viewer never
 * reflows the first. When the decider leaves, the one who came next decides.
 */
export interface SizingViewer {
  /** As the others are told who decides. */
  readonly name: string;
  /** `sizedBy`: who decides now; null when nobody is left who could. */
  onSizing(sizing: boolean, sizedBy: string | null): void;
}

export class TerminalSizing {
  readonly #viewers = new Map<string, SizingViewer[]>();
  /** Those who may not type: they never decide, and are told who does. */
  readonly #watchers = new Map<string, Set<SizingViewer>>();

  /** Returns whether this viewer decides now. */
  join(terminal: string, viewer: SizingViewer): boolean {
    const viewers = this.#viewers.get(terminal) ?? [];
    this.#viewers.set(terminal, viewers);
    viewers.push(viewer);
    if (viewers.length === 1) this.#tell(terminal, viewer);
    return viewers[0] === viewer;
  }

  watch(terminal: string, viewer: SizingViewer): void {
    const watchers = this.#watchers.get(terminal) ?? new Set();
    this.#watchers.set(terminal, watchers);
    watchers.add(viewer);
  }

  sizedBy(terminal: string): string | null {
    return this.#viewers.get(terminal)?.[0]?.name ?? null;
  }

  decides(terminal: string, viewer: SizingViewer): boolean {
    return this.#viewers.get(terminal)?.[0] === viewer;
  }

  leave(terminal: string, viewer: SizingViewer): void {
    const watchers = this.#watchers.get(terminal);
    if (watchers?.delete(viewer) && watchers.size === 0) this.#watchers.delete(terminal);
    const viewers = this.#viewers.get(terminal);
    const index = viewers?.indexOf(viewer) ?? -1;
    if (!viewers || index < 0) return;
    viewers.splice(index, 1);
    if (viewers.length === 0) this.#viewers.delete(terminal);
    if (index === 0) this.#tell(terminal);
  }

  #tell(terminal: string, except?: SizingViewer): void {
    const [decider] = this.#viewers.get(terminal) ?? [];
    const all = [...(this.#viewers.get(terminal) ?? []), ...(this.#watchers.get(terminal) ?? [])];
    for (const viewer of all) if (viewer !== except) viewer.onSizing(viewer === decider, decider?.name ?? null);
  }
}
