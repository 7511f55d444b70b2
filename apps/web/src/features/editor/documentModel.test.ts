import { AppError } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import {
  DocumentModel,
  type DocumentSource,
  type FileVersionText,
  MAX_TEXT_BYTES,
  type TextBuffer,
} from './documentModel.ts';
import type { Draft, DraftStore } from './drafts.ts';

class FakeFile implements DocumentSource {
  file: FileVersionText | null = { text: 'one', version: '1' };
  sizeBytes = 3;
  fail: Error | null = null;
  async stat() {
    if (this.file === null) throw new AppError('notFound', 'gone');
    return { version: this.file.version, sizeBytes: this.sizeBytes, directory: false };
  }
  async read() {
    if (this.file === null) throw new AppError('notFound', 'gone');
    return this.file;
  }
  async write(text: string, expectedVersion: string) {
    if (this.fail !== null) throw this.fail;
    const version = this.file?.version ?? 'none';
    if (expectedVersion !== version) throw new AppError('conflict', 'changed');
    this.file = { text, version: `${version}+` };
    return this.file;
  }
}

class FakeBuffer implements TextBuffer {
  text: string;
  #mark = 0;
  constructor(text: string) {
    this.text = text;
  }
  getText = () => this.text;
  mark = () => this.#mark;
  replaceText(text: string): void {
    this.text = text;
    this.#mark++;
  }
}

class FakeDrafts implements DraftStore {
  draft: Draft | undefined;
  read = () => this.draft;
  write(draft: Draft): void {
    this.draft = draft;
  }
  remove(): void {
    this.draft = undefined;
  }
}

async function opened(drafts = new FakeDrafts()) {
  const file = new FakeFile();
  const model = new DocumentModel(file, drafts);
  await model.load();
  const buffer = new FakeBuffer(model.getText());
  model.attach(buffer);
  const edit = (text: string) => {
    buffer.replaceText(text);
    model.handleEdit();
  };
  return { file, model, buffer, drafts, edit };
}

describe('DocumentModel', () => {
  it('knows dirty from saved and writes against the version it read', async () => {
    const { file, model, edit } = await opened();
    edit('two');
    expect(model.state).toMatchObject({ dirty: true });
    await model.save();
    expect(file.file).toEqual({ text: 'two', version: '1+' });
    expect(model.state).toMatchObject({ dirty: false, trouble: null });
  });

  it('follows the sandbox while nothing is edited, and asks when something is', async () => {
    const { file, model, buffer, edit } = await opened();
    file.file = { text: 'theirs', version: '2' };
    await model.handleChanged();
    expect(buffer.text).toBe('theirs');
    edit('mine');
    file.file = { text: 'theirs again', version: '3' };
    await model.handleChanged();
    expect(buffer.text).toBe('mine');
    expect(model.state).toMatchObject({ dirty: true, trouble: { kind: 'changed' } });
  });

  it('shows both texts when a save would overwrite, and does what the person chooses', async () => {
    for (const choice of ['overwrite', 'takeTheirs', 'keepEditing'] as const) {
      const { file, model, buffer, edit } = await opened();
      edit('mine');
      file.file = { text: 'theirs', version: '2' };
      await model.save();
      expect(model.state).toMatchObject({ trouble: { kind: 'conflict', theirs: { text: 'theirs' } } });
      await model[choice]();
      if (choice === 'overwrite') expect(file.file.text).toBe('mine');
      if (choice === 'takeTheirs') expect(buffer.text).toBe('theirs');
      if (choice === 'keepEditing') expect(buffer.text).toBe('mine');
      expect(model.state).toMatchObject({ dirty: choice === 'keepEditing' });
      expect(file.file.text).toBe(choice === 'overwrite' ? 'mine' : 'theirs');
    }
  });

  it('writes a deleted file again only when told', async () => {
    const { file, model, edit } = await opened();
    edit('mine');
    file.file = null;
    await model.save();
    expect(model.state).toMatchObject({ trouble: { kind: 'deleted' } });
    await model.overwrite();
    expect(file.file).toMatchObject({ text: 'mine' });
  });

  it('keeps the text when saving fails', async () => {
    const { file, model, buffer, edit } = await opened();
    edit('mine');
    file.fail = new AppError('noSpace', 'full');
    await model.save();
    expect(model.state).toMatchObject({ dirty: true, saving: false, trouble: { kind: 'saveFailed' } });
    expect(buffer.text).toBe('mine');
  });

  it('brings a draft back after a reload, and says when the file went on', async () => {
    const drafts = new FakeDrafts();
    const { model, edit } = await opened(drafts);
    edit('mine');
    model.keepDraft();
    const again = await opened(drafts);
    expect(again.model.state).toMatchObject({ dirty: true, restoredDraft: true, trouble: null });
    expect(again.buffer.text).toBe('mine');
    await again.model.save();
    expect(again.file.file?.text).toBe('mine');
    expect(drafts.draft).toBeUndefined();
    drafts.draft = { text: 'old', version: '0' };
    expect((await opened(drafts)).model.state).toMatchObject({ trouble: { kind: 'changed' } });
  });

  it('says why it cannot show a file', async () => {
    const file = new FakeFile();
    const model = new DocumentModel(file, new FakeDrafts());
    file.sizeBytes = MAX_TEXT_BYTES + 1;
    await model.load();
    expect(model.state).toMatchObject({ phase: 'unfit', reason: 'tooLarge' });
    file.sizeBytes = 3;
    file.read = async () => {
      throw new AppError('notText', 'binary');
    };
    await model.load();
    expect(model.state).toMatchObject({ phase: 'unfit', reason: 'binary' });
    file.file = null;
    await model.load();
    expect(model.state).toMatchObject({ phase: 'unfit', reason: 'missing' });
  });
});
