import { expect, test } from 'vitest';
import { ScreenInputs } from './screenInput.ts';

function startInputs() {
  const sent: string[] = [];
  const inputs = new ScreenInputs(() => ({
    pointer: (x, y, buttons) => void sent.push(`pointer ${x},${y} ${buttons}`),
    key: (keysym, down) => void sent.push(`${down ? 'down' : 'up'} ${keysym}`),
    offerClipboard: (text) => void sent.push(`clipboard ${text}`),
    resize: (width, height) => void sent.push(`resize ${width}x${height}`),
  }));
  return { inputs, sent };
}

test('everything is passed on', () => {
  const { inputs, sent } = startInputs();
  const person = inputs.open();
  person.pointer(3, 4, 1);
  person.key(0x100_6f22, true);
  person.key(0x100_6f22, false);
  person.clipboard('漢');
  person.resize(800, 600);
  expect(sent).toEqual(['pointer 3,4 1', 'down 16805666', 'up 16805666', 'clipboard 漢', 'resize 800x600']);
});

test('who leaves lets go of what they hold, once', () => {
  const { inputs, sent } = startInputs();
  const person = inputs.open();
  person.pointer(5, 6, 5);
  person.key(65, true);
  person.key(66, true);
  person.key(66, false);
  sent.length = 0;
  person.release();
  person.release();
  expect(sent).toEqual(['up 65', 'pointer 5,6 0']);
});

test('two people on one screen: nothing goes up that the other still holds', () => {
  const { inputs, sent } = startInputs();
  const [one, other] = [inputs.open(), inputs.open()];
  one.key(65, true);
  other.key(65, true);
  one.pointer(1, 1, 1);
  other.pointer(2, 2, 4);
  one.key(65, false);
  one.release();
  expect(sent.slice(2)).toEqual(['pointer 1,1 1', 'pointer 2,2 5', 'pointer 2,2 4']);
  other.release();
  expect(sent.slice(5)).toEqual(['up 65', 'pointer 2,2 0']);
});
