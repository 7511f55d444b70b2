import { isAppError } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';
import type { DraftStore } from './drafts.ts';

/** The sandbox's side of one file. */
export interface DocumentSource {
  stat(signal?: AbortSignal): Promise<{ version: string; sizeBytes: number; directory: boolean }>;
  /** Throws notText for anything that is not UTF-8 text. */
  read(signal?: AbortSignal): Promise<FileVersionText>;
  /** `expectedVersion` `none`: it must not exist. Throws conflict when it is at another version. */
  write(text: string, expectedVersion: string): Promise<{ version: string }>;
}

export interface FileVersionText {
  readonly text: string;
  readonly version: string;
}

/** The person's side: what the editor holds. `mark` changes with every edit and returns to what it was when it is undone. */
export interface TextBuffer {
  getText(): string;
  replaceText(text: string): void;
  mark(): number;
}

/**
 * loading → shown | unfit | failed · unfit, failed → loading (try again) · shown stays, with at most one trouble:
 * changed: the file is at another version than what is being edited · deleted: it is gone · conflict: the same, and the
 * person compares · failed: the last save did not work.
 */
export type DocumentState =
  | { readonly phase: 'loading' }
  | {
      readonly phase: 'unfit';
      readonly reason: 'binary' | 'tooLarge' | 'directory' | 'missing';
      readonly sizeBytes: number;
    }
  | { readonly phase: 'failed'; readonly error: unknown }
  | {
      readonly phase: 'shown';
      /** What the buffer starts with; it is not kept up to date with edits. */
      readonly start: string;
      readonly dirty: boolean;
      readonly saving: boolean;
      readonly restoredDraft: boolean;
      readonly trouble: Trouble | null;
    };

export type Trouble =
  | { readonly kind: 'changed' }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'conflict'; readonly theirs: FileVersionText }
  | { readonly kind: 'saveFailed'; readonly error: unknown };

/** Monaco keeps its speed up to here; beyond it, a terminal's tools are better. */
export const MAX_TEXT_BYTES = 5 * 1024 * 1024;

type Shown = Extract<DocumentState, { phase: 'shown' }>;

/** One open file: what is edited, what it was read as, and what happened underneath. Never drops a person's text. */
export class DocumentModel extends Model<DocumentState> {
  readonly #source: DocumentSource;
  readonly #drafts: DraftStore;
  readonly #editListeners = new Set<() => void>();
  #buffer: TextBuffer | null = null;
  /** The version the edited text comes from; `none` when the file was deleted underneath. */
  #version = '';
  #savedMark = 0;
  /** Bumped by every load; a late answer to an earlier one is dropped. */
  #ask = 0;

  constructor(source: DocumentSource, drafts: DraftStore) {
    super({ phase: 'loading' });
    this.#source = source;
    this.#drafts = drafts;
  }

  async load(): Promise<void> {
    const mine = ++this.#ask;
    this.set({ phase: 'loading' });
    const next = await this.#read();
    if (mine === this.#ask) this.set(next);
  }

  /** Drops what is still being asked. The draft stays. */
  stop(): void {
    this.#ask++;
  }

  /** The editor that now holds `state.start`. Returns what takes it away again. */
  attach(buffer: TextBuffer): () => void {
    this.#buffer = buffer;
    // A restored draft is not what was saved: no mark of this buffer is.
    this.#savedMark = this.state.phase === 'shown' && this.state.dirty ? Number.NaN : buffer.mark();
    return () => {
      if (this.state.phase === 'shown') this.set({ ...this.state, start: buffer.getText() });
      this.#buffer = null;
    };
  }

  /** What is being edited now. */
  getText(): string {
    return this.#buffer?.getText() ?? (this.state.phase === 'shown' ? this.state.start : '');
  }

  /** Hears of each key, unlike the state, which tells only whether something is unsaved. */
  onEdit(listener: () => void): () => void {
    this.#editListeners.add(listener);
    return () => void this.#editListeners.delete(listener);
  }

  handleEdit(): void {
    if (this.#buffer === null) return;
    for (const listener of this.#editListeners) listener();
    this.#update({ dirty: this.#buffer.mark() !== this.#savedMark });
  }

  /** Keeps the unsaved text for after a reload; called now and then while typing. */
  keepDraft(): void {
    if (this.#buffer === null || this.state.phase !== 'shown') return;
    if (this.state.dirty) this.#drafts.write({ text: this.#buffer.getText(), version: this.#version });
    else this.#drafts.remove();
  }

  async save(): Promise<void> {
    const { state } = this;
    if (state.phase !== 'shown' || state.saving || this.#buffer === null || state.trouble?.kind === 'conflict') return;
    await this.#write(this.#version);
  }

  /** Answers to a conflict. */
  async overwrite(): Promise<void> {
    const { state } = this;
    if (state.phase !== 'shown' || state.saving) return;
    if (state.trouble?.kind === 'conflict') await this.#write(state.trouble.theirs.version);
    else if (state.trouble?.kind === 'deleted') await this.#write('none');
  }

  takeTheirs(): void {
    if (this.state.phase === 'shown' && this.state.trouble?.kind === 'conflict')
      this.#accept(this.state.trouble.theirs);
  }

  keepEditing(): void {
    if (this.state.phase === 'shown' && this.state.trouble?.kind === 'conflict')
      this.#update({ trouble: { kind: 'changed' } });
  }

  /** Opens the comparison of what is edited with what is there now. */
  async compare(): Promise<void> {
    try {
      this.#update({ trouble: { kind: 'conflict', theirs: await this.#source.read() } });
    } catch (error) {
      this.#update({ trouble: isMissing(error) ? { kind: 'deleted' } : { kind: 'saveFailed', error } });
    }
  }

  /** Throws away what was typed since the last save. */
  async revert(): Promise<void> {
    this.#drafts.remove();
    try {
      this.#accept(await this.#source.read());
    } catch (error) {
      this.#update({ trouble: isMissing(error) ? { kind: 'deleted' } : { kind: 'saveFailed', error } });
    }
  }

  /** The log says the file may have changed. Clean text follows silently; edited text is never touched. */
  async handleChanged(): Promise<void> {
    const { state } = this;
    if (state.phase === 'unfit') {
      // What is looked at instead stays in place while it is read again.
      const mine = ++this.#ask;
      const next = await this.#read();
      if (mine === this.#ask) this.set(next);
      return;
    }
    if (state.phase !== 'shown' || state.saving || state.trouble?.kind === 'conflict') return;
    const mine = this.#ask;
    try {
      const { version } = await this.#source.stat();
      if (mine !== this.#ask || this.state.phase !== 'shown') return;
      if (version === this.#version) {
        if (this.state.trouble?.kind === 'changed' || this.state.trouble?.kind === 'deleted')
          this.#update({ trouble: null });
      } else if (this.state.dirty) this.#update({ trouble: { kind: 'changed' } });
      else await this.#follow(mine);
    } catch (error) {
      if (mine === this.#ask && isMissing(error)) this.#update({ trouble: { kind: 'deleted' } });
    }
  }

  async #follow(mine: number): Promise<void> {
    const theirs = await this.#source.read();
    if (mine !== this.#ask || this.state.phase !== 'shown') return;
    if (this.state.dirty) this.#update({ trouble: { kind: 'changed' } });
    else this.#accept(theirs);
  }

  async #read(): Promise<DocumentState> {
    try {
      const { sizeBytes, directory } = await this.#source.stat();
      if (directory) return { phase: 'unfit', reason: 'directory', sizeBytes };
      if (sizeBytes > MAX_TEXT_BYTES) return { phase: 'unfit', reason: 'tooLarge', sizeBytes };
      return this.#start(await this.#source.read());
    } catch (error) {
      if (isAppError(error) && error.code === 'notText') return { phase: 'unfit', reason: 'binary', sizeBytes: 0 };
      return this.#withoutFile(error);
    }
  }

  /** A draft of a file that was deleted is still the person's text. */
  #withoutFile(error: unknown): DocumentState {
    if (!isMissing(error)) return { phase: 'failed', error };
    const draft = this.#drafts.read();
    if (draft === undefined) return { phase: 'unfit', reason: 'missing', sizeBytes: 0 };
    this.#version = 'none';
    return {
      phase: 'shown',
      start: draft.text,
      dirty: true,
      saving: false,
      restoredDraft: true,
      trouble: { kind: 'deleted' },
    };
  }

  #start(file: FileVersionText): DocumentState {
    const draft = this.#drafts.read();
    const restored = draft !== undefined && draft.text !== file.text;
    this.#version = restored ? draft.version : file.version;
    return {
      phase: 'shown',
      start: restored ? draft.text : file.text,
      dirty: restored,
      saving: false,
      restoredDraft: restored,
      trouble: restored && draft.version !== file.version ? { kind: 'changed' } : null,
    };
  }

  async #write(expectedVersion: string): Promise<void> {
    const buffer = this.#buffer;
    if (buffer === null) return;
    const [text, mark] = [buffer.getText(), buffer.mark()];
    this.#update({ saving: true });
    try {
      const { version } = await this.#source.write(text, expectedVersion);
      this.#version = version;
      this.#savedMark = mark;
      this.#update({ saving: false, trouble: null, restoredDraft: false, dirty: buffer.mark() !== mark });
      this.keepDraft();
    } catch (error) {
      this.#update({ saving: false, trouble: { kind: 'saveFailed', error } });
      if (isAppError(error) && (error.code === 'conflict' || error.code === 'alreadyExists')) await this.compare();
      else if (isMissing(error)) this.#update({ trouble: { kind: 'deleted' } });
    }
  }

  #accept(theirs: FileVersionText): void {
    this.#version = theirs.version;
    this.#drafts.remove();
    this.#buffer?.replaceText(theirs.text);
    this.#savedMark = this.#buffer?.mark() ?? 0;
    this.#update({ start: theirs.text, dirty: false, restoredDraft: false, trouble: null });
  }

  #update(change: Partial<Omit<Shown, 'phase'>>): void {
    if (this.state.phase === 'shown') this.set({ ...this.state, ...change });
  }
}

function isMissing(error: unknown): boolean {
  return isAppError(error) && error.code === 'notFound';
}
