import { expect, it } from 'vitest';
import { asOneLine, inspectPaste, shownPaste, withoutControls } from './pasteGuard.ts';

it('asks about line breaks where each runs a command, and about many where none does', () => {
  expect(inspectPaste('ls -l', false)).toBeNull();
  expect(inspectPaste('ls\n', false)).toMatchObject({ lines: 2 });
  expect(inspectPaste('a\r\nb\rc', false)).toMatchObject({ lines: 3 });
  expect(inspectPaste('a\nb\nc', true)).toBeNull();
  expect(inspectPaste('x\n'.repeat(20), true)).toMatchObject({ lines: 21 });
});

it('asks about control characters, also within bracketed paste, and names each once', () => {
  expect(inspectPaste('a\u001b[201~rm -rf\u001b \u0003', true)?.controls).toEqual(['ESC', '^C']);
  expect(inspectPaste('a\u202eb', true)?.controls).toEqual(['U+202E']);
  expect(inspectPaste('a\tb', true)).toBeNull();
});

it('shows, strips and joins', () => {
  expect(shownPaste('a\u001bb\u009bc\r\nd')).toBe('a⟨ESC⟩b⟨U+009B⟩c\nd');
  expect(withoutControls('a\u001b[2Jb\tc\n')).toBe('a[2Jb\tc\n');
  expect(asOneLine(' a\n\r\nb\r')).toBe('a b');
});
