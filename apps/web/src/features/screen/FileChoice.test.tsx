// @vitest-environment jsdom
import type { FileListing } from '@sandglass/protocol';
import { act, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { beforeEach, expect, it, vi } from 'vitest';
import { FileChoice, type FileChoiceProps } from './FileChoice.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const place = document.createElement('div');
place.className = 'screen-pane';
place.innerHTML = '<button>screen</button><div></div>';
document.body.append(place);
const screenButton = place.querySelector('button')!;
const heard = { choose: vi.fn(), onFolder: vi.fn(), onAdd: vi.fn(), onLeaveOut: vi.fn(), onUpload: vi.fn() };
const data = {
  path: '/home/user',
  items: [
    { name: 'docs', path: '/home/user/docs', kind: 'directory' },
    { name: 'a.txt', path: '/home/user/a.txt', kind: 'file' },
    { name: 'link', path: '/home/user/link', kind: 'symlink', targetKind: 'directory' },
  ],
  truncated: true,
} as unknown as FileListing;
let root = createRoot(place.lastElementChild!);
const draw = (given: Partial<FileChoiceProps> = {}) =>
  act(() =>
    root.render(
      createElement(FileChoice, {
        ...{ listing: { data, error: null, isPending: false }, chosen: [], multiple: true, active: true },
        ...{ uploading: false, ...heard, ...given },
      }),
    ),
  );
const button = (name: string) =>
  [...place.querySelectorAll('button')].find((each) => (each.ariaLabel ?? each.textContent) === name)!;
const press = (name: string) => act(() => button(name).click());

beforeEach(() => {
  act(() => root.unmount());
  root = createRoot(place.lastElementChild!);
  vi.clearAllMocks();
});

it('opens folders, also behind links, goes back up, and chooses and leaves out files', () => {
  draw();
  press('docs');
  press('link');
  press('Folder above');
  expect(heard.onFolder.mock.calls).toEqual([['/home/user/docs'], ['/home/user/link'], ['/home']]);
  press('a.txt');
  expect(heard.onAdd).toHaveBeenCalledWith(['/home/user/a.txt']);
  expect(button('Choose').disabled).toBe(true);
  expect(place.textContent).toContain('There is more in this folder');
  draw({ chosen: ['/home/user/a.txt'] });
  expect(button('a.txt').getAttribute('aria-pressed')).toBe('true');
  press('a.txt');
  press('Leave out /home/user/a.txt');
  expect(heard.onLeaveOut.mock.calls).toEqual([['/home/user/a.txt'], ['/home/user/a.txt']]);
  press('Choose');
  expect(heard.choose).toHaveBeenCalledWith(['/home/user/a.txt']);
});

it('takes the keyboard from the screen and gives it back; Escape closes', () => {
  screenButton.focus();
  draw();
  expect(document.activeElement).toBe(button('docs'));
  act(() => void button('docs').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })));
  expect(heard.choose).toHaveBeenCalledWith(null);
  act(() => root.render(null));
  expect(document.activeElement).toBe(screenButton);
});

it('who only watches can look into folders and change nothing', () => {
  screenButton.focus();
  draw({ active: false, chosen: ['/home/user/a.txt'] });
  expect(document.activeElement).toBe(screenButton);
  for (const name of ['a.txt', 'Upload…', 'Cancel', 'Choose']) expect(button(name).disabled, name).toBe(true);
  press('docs');
  expect(heard.onFolder).toHaveBeenCalledOnce();
  act(() => void button('docs').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })));
  expect(heard.choose).not.toHaveBeenCalled();
});

it('says what it waits for, and what went wrong', () => {
  draw({ listing: { data: undefined, error: null, isPending: true } });
  expect(place.querySelector('[aria-busy="true"]')).not.toBeNull();
  draw({ listing: { data: undefined, error: new Error('secret'), isPending: false } });
  expect(place.querySelector('[role="alert"]')?.textContent).toBe('The folder could not be read.');
});
