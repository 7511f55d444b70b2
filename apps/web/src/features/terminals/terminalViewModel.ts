import { Model } from '../../platform/store.ts';
import type { ClipboardWrite } from './controlSequences.ts';
import type { PasteReport } from './pasteGuard.ts';
import type { SearchResult } from './xtermSearch.ts';

export type Question =
  | { readonly kind: 'link'; readonly url: URL }
  | { readonly kind: 'paste'; readonly report: PasteReport }
  | { readonly kind: 'clipboard'; readonly text: string };

export interface TerminalViewState {
  readonly question: Question | null;
  /** The newest wish of a program for the person's clipboard; shown as an offer, since a dialog could be opened in a loop. */
  readonly clipboard: ClipboardWrite | null;
  /** What the pointer is over leads here. */
  readonly hovered: string | null;
  readonly scrolledUp: boolean;
  /** Counts bells that were shown; a program that rings in a loop is shown as one. */
  readonly bells: number;
  readonly found: SearchResult | null;
  readonly finding: boolean;
}

const BELL_EVERY_MS = 400;

/** What one view of a terminal asks and shows beside its text. */
export class TerminalViewModel extends Model<TerminalViewState> {
  readonly #nowMs: () => number;
  #bellAtMs = Number.NEGATIVE_INFINITY;
  #refusesClipboard = false;

  constructor(nowMs: () => number = () => performance.now()) {
    super({
      question: null,
      clipboard: null,
      hovered: null,
      scrolledUp: false,
      bells: 0,
      found: null,
      finding: false,
    });
    this.#nowMs = nowMs;
  }

  ask(question: Question): void {
    this.set({ ...this.state, question });
  }

  answered(): void {
    this.set({ ...this.state, question: null });
  }

  offerClipboard(clipboard: ClipboardWrite): void {
    if (!this.#refusesClipboard) this.set({ ...this.state, clipboard });
  }

  /** `always`: this terminal is not asked about again, while the page is open. */
  dropClipboard({ always }: { readonly always: boolean }): void {
    this.#refusesClipboard ||= always;
    this.set({ ...this.state, clipboard: null });
  }

  hover(hovered: string | null): void {
    if (hovered !== this.state.hovered) this.set({ ...this.state, hovered });
  }

  scrolled(scrolledUp: boolean): void {
    if (scrolledUp !== this.state.scrolledUp) this.set({ ...this.state, scrolledUp });
  }

  /** @returns whether it is one to be seen or heard */
  ring(): boolean {
    const nowMs = this.#nowMs();
    if (nowMs - this.#bellAtMs < BELL_EVERY_MS) return false;
    this.#bellAtMs = nowMs;
    this.set({ ...this.state, bells: this.state.bells + 1 });
    return true;
  }

  openFind(): void {
    this.set({ ...this.state, finding: true });
  }

  closeFind(): void {
    this.set({ ...this.state, finding: false, found: null });
  }

  handleFound(found: SearchResult): void {
    if (this.state.finding) this.set({ ...this.state, found });
  }
}
