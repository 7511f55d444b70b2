// @vitest-environment jsdom
import { Note, SandboxId } from '@sandglass/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { noteAt, notesAt } from './nearNotes.ts';
import { NoteDraftModel } from './noteDraft.ts';

const sandbox = SandboxId.parse('sbx_aaaa');
const note = (atUs: number, place: Note['place'] = null): Note =>
  Note.parse({
    ...{ id: `not_${'abcdefgh'[(atUs / 1e7) % 8]}aaa`, sandbox, run: null, atUs, place, text: `at ${atUs}` },
    ...{ by: { token: 'tok_aaaa', name: 'me' }, createdAtMs: 1, editedAtMs: null },
  });

beforeEach(() => localStorage.clear());

describe('a note on its way', () => {
  it('keeps what was typed through a reload and through being closed', () => {
    const model = new NoteDraftModel(sandbox);
    model.begin(1_000.4, null);
    model.write('half a thou');
    model.put({ x: 0.25, y: 0.5 });
    const reloaded = new NoteDraftModel(sandbox);
    expect(reloaded.state).toMatchObject({ open: true, atUs: 1_000, text: 'half a thou', place: { x: 0.25, y: 0.5 } });
    reloaded.close();
    expect(new NoteDraftModel(sandbox).state).toMatchObject({ open: false, text: 'half a thou' });
    reloaded.begin(9_000, null);
    expect(reloaded.state).toMatchObject({ open: true, atUs: 9_000, text: 'half a thou' });
    reloaded.clear();
    expect(localStorage.length).toBe(0);
    expect(new NoteDraftModel(sandbox).state.text).toBe('');
  });

  it('changes a note without touching one that is begun, and takes no place while it is closed', () => {
    const model = new NoteDraftModel(sandbox);
    model.edit(note(10_000_000, { x: 1, y: 0 }));
    expect(model.state).toMatchObject({ open: true, text: 'at 10000000', place: { x: 1, y: 0 } });
    model.close();
    model.put({ x: 0, y: 0 });
    expect(model.state).toMatchObject({ open: false, text: '', editing: null, place: null });
  });

  it('of another version is left aside', () => {
    localStorage.setItem(`sandglass.note.${sandbox}`, '{"open":"yes"}');
    expect(new NoteDraftModel(sandbox).state.open).toBe(false);
  });
});

describe('notes of a moment', () => {
  const all = [note(10_000_000, { x: 0.5, y: 0.5 }), note(20_000_000), note(30_000_000, { x: 0, y: 0 })];

  it('are on the screen from their moment on for some seconds, and never live', () => {
    const at = (atUs: number | null) => notesAt(all, atUs).map((each) => each.atUs);
    expect([at(null), at(9_900_000), at(10_000_000), at(13_900_000), at(14_100_000), at(20_000_000)]).toEqual([
      ...[[], [], [10_000_000], [10_000_000], [], []],
    ]);
  });

  it('are marked in the list, with a place or without', () => {
    expect([noteAt(all, 20_000_001)?.atUs, noteAt(all, 25_000_000), noteAt(all, null)]).toEqual([
      20_000_000,
      undefined,
      undefined,
    ]);
  });
});
