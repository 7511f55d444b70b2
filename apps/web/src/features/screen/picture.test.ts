import { expect, it } from 'vitest';
import { pictureName } from './picture.ts';

it('names a picture after its sandbox and moment, whatever the sandbox is called', () => {
  const at = new Date(2026, 10, 21, 9, 5, 7);
  expect(pictureName('first hour', at)).toBe('first-hour 2026-11-21 09.05.07.png');
  expect(pictureName('../..\u202e/<b>', at)).toBe('b 2026-11-21 09.05.07.png');
  expect(pictureName('///', at)).toBe('screen 2026-11-21 09.05.07.png');
});
