// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest';
import { holdTyping } from './typeAhead.ts';

afterEach(() => vi.unstubAllGlobals());

it('gives the field what was typed before it was ready, in its order, however late the frame', () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  const nextFrame = () => {
    for (const frame of frames.splice(0)) frame();
  };
  let [isFocused, text, outside] = [false, '', ''];
  document.execCommand = (_command, _show, given) => {
    text += given;
    return true;
  };
  /** As a browser does: what nobody prevents goes to what has the focus. */
  const type = (letters: string) => {
    for (const key of letters) {
      const goesOn = window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
      if (goesOn && isFocused) text += key;
      else if (goesOn) outside += key;
    }
  };
  holdTyping({ isFocused: () => isFocused, isWanted: () => true });
  type('fr');
  nextFrame();
  type('e');
  isFocused = true;
  type('ez');
  nextFrame();
  type('e');
  nextFrame();
  expect([text, outside]).toEqual(['freeze', '']);
});

it('keeps nothing once the person has changed their mind', () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  document.execCommand = vi.fn();
  holdTyping({ isFocused: () => false, isWanted: () => false });
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', cancelable: true }));
  for (const frame of frames.splice(0)) frame();
  expect(document.execCommand).not.toHaveBeenCalled();
  expect(window.dispatchEvent(new KeyboardEvent('keydown', { key: 'b', cancelable: true }))).toBe(true);
});
